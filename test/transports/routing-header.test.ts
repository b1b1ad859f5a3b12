import { describe, expect, it } from '@jest/globals';
import { routingHeader } from '../../src/transports/routing-header.js';

describe('routingHeader()', () => {
  it('encodes the name', () => {
    const name = 'operations/a(1)';
    const encoded = routingHeader('request', name);
    expect(encoded).toEqual({ 'x-goog-request-params': 'name=operations%2Fa%281%29' });
  });

  it('is absent for an empty name', () => {
    expect(routingHeader('request', '')).toBeUndefined();
  });

  it('throws for a lone surrogate', () => {
    expect(() => routingHeader('call GetOperation', 'a\ud800')).toThrow(
      new TypeError(
        String.raw`Cannot call GetOperation as 'name' must be free of lone surrogates: current value is "a\ud800"`,
      ),
    );
  });
});
