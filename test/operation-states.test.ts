import { describe, expect, it } from '@jest/globals';
import { MalformedOperationError, UnpackError } from '../src/decode-errors.js';
import { assertOperation, undecodedOperation } from '../src/operation.js';

const name = 'operations/1';

/** Why a state is not an operation. */
function problemOf(state: unknown, requestedName: string, isPushed: boolean): string | undefined {
  try {
    assertOperation(state, requestedName, isPushed);
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(MalformedOperationError);
    return (error as Error).message;
  }
}

describe('a state that a caller passes', () => {
  it.each(['yes', 1, {}])("is rejected if its 'done' is %j", (done) => {
    expect(problemOf({ name, done }, name, true)).toContain("its 'done' is not a boolean");
  });

  it.each([{ name }, { name, done: null }, { name, done: false }, { done: false }, { done: true }])(
    'may be %j',
    (state) => {
      expect(problemOf(state, name, true)).toBeUndefined();
    },
  );

  it('needs a boolean if it has no name', () => {
    expect(problemOf({ metadata: {} }, name, true)).toContain('it is neither done nor named');
  });
});

describe('a response', () => {
  it("may have a 'done' of another kind, which is not true", () => {
    expect(problemOf({ name, done: 'yes' }, name, false)).toBeUndefined();
  });

  it.each([{ metadata: {} }, { response: {} }])('may be %j, if its name was requested', (state) => {
    expect(problemOf(state, name, false)).toBeUndefined();
    expect(problemOf(state, '', false)).toContain('it is neither done nor named');
  });

  it.each([{ done: false }, {}])('is no operation as %j', (state) => {
    expect(problemOf(state, name, false)).toContain('it is neither done nor named');
  });

  it.each([
    { name, status: 'RUNNING' },
    { name, status: 'RUNNING', done: null, metadata: null },
  ])('is of another kind as %j', (state) => {
    expect(problemOf(state, name, false)).toContain('customOperations()');
  });

  it.each([
    { name, status: 7 },
    { name, status: 'RUNNING', done: false },
    { name, status: 'RUNNING', metadata: {} },
    { name, status: 'RUNNING', response: {} },
    { name },
  ])('is an operation as %j', (state) => {
    expect(problemOf(state, name, false)).toBeUndefined();
  });
});

describe('a response that cannot be unpacked', () => {
  it('is that of an operation which is done', () => {
    const any = { typeUrl: 'test.Other', json: {} };
    const raw = { name, done: true, response: any };
    const error = new UnpackError({
      operationName: name,
      field: 'response',
      actual: 'test.Other',
      any,
      metadata: 5,
      raw,
    });
    const state = undecodedOperation(error);
    expect(state).toMatchObject({ name, done: true, metadata: 5, result: 'response' });
    expect(() => state.response).toThrow(error);
  });
});
