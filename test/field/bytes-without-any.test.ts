import { expect, it, jest } from '@jest/globals';
import { isEmptyAny } from '../../src/any.js';
import { rawOperationFrom } from '../../src/gax/operation.js';

// To list the keys of megabytes of bytes takes seconds, for each poll.
it('the keys of bytes in place of an Any are not listed', () => {
  const ownKeys = (): never => {
    throw new Error('the keys were listed');
  };
  expect(isEmptyAny(new Proxy({ byteLength: 5 }, { ownKeys }) as never)).toBe(false);
  expect(isEmptyAny(new Uint8Array(5) as never)).toBe(false);
  expect(isEmptyAny(new Uint8Array() as never)).toBe(true);
});

it('the keys of bytes in place of the metadata of a google-gax operation are not listed', () => {
  const bytes = new Uint8Array(64);
  const keys = jest.spyOn(Object, 'keys');
  const { metadata } = rawOperationFrom({ name: 'operations/1', done: false, metadata: bytes });
  const listed = keys.mock.calls.map(([object]) => object);
  keys.mockRestore();
  expect(metadata).toMatchObject({ typeUrl: '' });
  expect(listed).not.toContain(bytes);
});
