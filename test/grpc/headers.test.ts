import { describe, expect, it } from '@jest/globals';
import { timeoutHeader } from '../../src/grpc/headers.js';

describe('timeoutHeader()', () => {
  it.each([
    [60_000, '60000m'],
    [0.5, '1m'],
    [1500.5, '1501m'],
    // A deadline that expired while connecting.
    [0, '1m'],
    [-5000, '1m'],
    [99_999_999, '99999999m'],
    // Nine digits are invalid.
    [99_999_999.5, '100000S'],
    [1e8, '100000S'],
    [100_000_001, '100001S'],
    [24 * 86_400_000, '2073600S'],
  ])('formats %d ms as %s', (ms, header) => {
    expect(timeoutHeader(ms)).toBe(header);
  });
});
