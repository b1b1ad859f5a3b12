import { describe, expect, it } from '@jest/globals';
import { isCredential, redact, secretValues } from '../../src/transports/redact.js';

describe('isCredential()', () => {
  it('recognizes credentials by the names of headers', () => {
    const yes = [
      'authorization',
      'proxy-authorization',
      'cookie',
      'x-goog-api-key',
      'x-goog-other-key',
      'x-api-key',
      'x-auth-token',
      'x-client-secret',
    ];
    const no = [
      'accept',
      'x-goog-request-params',
      'x-goog-user-project',
      'x-idempotency-key',
      'x-monkey',
      'user-agent',
    ];
    expect([...yes, ...no].filter(isCredential)).toEqual(yes);
  });
});

describe('redact()', () => {
  it('replaces credentials with and without their scheme, but neither the quota project nor other headers', () => {
    const headers = {
      authorization: 'Bearer hunter2',
      'x-badge': 'b4dge',
      'x-goog-user-project': 'billed',
      accept: 'json',
    };
    const secrets = secretValues(headers, ['x-badge', 'x-goog-user-project']);
    expect(redact('hunter2, Bearer hunter2, b4dge, billed, json', secrets)).toBe('***, ***, ***, billed, json');
  });
});
