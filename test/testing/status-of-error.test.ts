import { expect, it } from '@jest/globals';
import { Code } from '../../src/index.js';
import { statusOfError } from '../../src/testing/rpc-error.js';

it.each<[string, unknown, object]>([
  ['a code alone', { code: Code.ABORTED }, { code: Code.ABORTED, message: '', details: [] }],
  [
    'a message that is no text',
    { code: Code.ABORTED, message: 7, details: 'x' },
    { code: Code.ABORTED, message: '', details: [] },
  ],
  ['a status', { status: { code: Code.ABORTED, message: 'm' } }, { code: Code.ABORTED, message: 'm', details: [] }],
  ['an Error', new Error('m'), { code: Code.INTERNAL, message: 'm', details: [] }],
  ['nothing', undefined, { code: Code.INTERNAL, message: 'undefined', details: [] }],
])('the status of %s', (_, error, status) => {
  expect(statusOfError(error)).toEqual(status);
});
