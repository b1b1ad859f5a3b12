import { describe, expect, test } from '@jest/globals';
import { fallback, GrpcClient } from 'google-gax';
import { headersFrom } from '../../src/gax/headers.js';

const base = { 'x-goog-api-client': 'gapic/1.2.3' };
const builders = {
  gRPC: new GrpcClient().metadataBuilder(base),
  REST: (
    new fallback.GrpcClient({ fallback: true }).constructSettings(
      's.S',
      { interfaces: { 's.S': { retry_codes: {}, retry_params: {}, methods: { M: {} } } } },
      {},
      base,
    ) as Record<string, { otherArgs: { metadataBuilder: unknown } }>
  ).m!.otherArgs.metadataBuilder,
};

describe('headersFrom()', () => {
  for (const [wire, metadataBuilder] of Object.entries(builders)) {
    test(`keeps the caller's headers and the client's own, but not the routing header, over ${wire}`, () => {
      const headers = { 'X-Goog-User-Project': 'p', 'x-many': ['a', 'b'], 'x-goog-request-params': 'parent=x' };
      expect(headersFrom({ otherArgs: { headers, metadataBuilder } })).toEqual({
        'x-goog-user-project': 'p',
        'x-many': 'a, b',
        'x-goog-api-client': expect.stringContaining('gapic/1.2.3'),
      });
      // The caller may reuse the object for other calls.
      expect(headers['x-goog-request-params']).toBe('parent=x');
    });
  }

  test('returns none for an operation that was resumed', () => {
    expect(headersFrom(undefined)).toEqual({});
    expect(headersFrom({})).toEqual({});
  });

  test('omits headers that are not text', () => {
    expect(headersFrom({ otherArgs: { headers: { 'x-bin': Buffer.from('a'), 'x-none': undefined } } })).toEqual({});
  });
});
