import { describe, expect, it } from '@jest/globals';
import { sanitizeCause, sanitizeError } from '../../src/rpc/sanitize-error.js';

/** An error with a request deep in its causes. */
function exposedAt(depth: number): Error {
  const exposed = Object.assign(new Error('inner'), { request: { headers: { authorization: 'Bearer secret' } } });
  return Array.from({ length: depth }).reduce<Error>((cause) => new Error('outer', { cause }), exposed);
}

describe('sanitizeCause()', () => {
  it.each([0, 1, 8])('copies an error whose cause at depth %s has its request', (depth) => {
    const error = exposedAt(depth);
    expect(sanitizeCause(error)).not.toBe(error);
    expect(sanitizeCause(error)).toEqual(new Error(error.message));
  });

  it('copies an error with more causes than are read, as they may have one', () => {
    const withCauses = (length: number): Error =>
      Array.from({ length }).reduce<Error>((cause) => new Error('outer', { cause }), new Error('inner'));
    const [read, unread] = [withCauses(7), withCauses(8)];
    expect(sanitizeCause(read)).toBe(read);
    expect(sanitizeCause(unread)).not.toBe(unread);
  });

  it('returns an error without a request unchanged, though it is its own cause', () => {
    const error = new Error('plain');
    error.cause = error;
    expect(sanitizeCause(error)).toBe(error);
  });
});

describe('sanitizeError()', () => {
  it('keeps the message and the name', () => {
    const { name, message } = sanitizeError(new RangeError('boom'));
    expect([name, message]).toEqual(['RangeError', 'boom']);
  });

  it('has the name of any error where the other has none', () => {
    expect(sanitizeError({ message: 'boom', name: 5 }).name).toBe('Error');
  });

  it('makes a message of a value that is no error', () => {
    expect(sanitizeError('boom').message).toBe('boom');
  });

  it('takes the code of the error, else of its cause', () => {
    const cause = Object.assign(new Error('inner'), { code: 'ECONNRESET' });
    expect(sanitizeError(new Error('outer', { cause }))).toHaveProperty('code', 'ECONNRESET');
    const both = Object.assign(new Error('outer', { cause }), { code: 'EPIPE' });
    expect(sanitizeError(both)).toHaveProperty('code', 'EPIPE');
    expect(sanitizeError(new Error('outer'))).not.toHaveProperty('code');
  });
});
