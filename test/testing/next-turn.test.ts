import { afterEach, describe, expect, it, jest } from '@jest/globals';

afterEach(() => {
  jest.resetModules();
  jest.restoreAllMocks();
});

/** Runs turns after other tasks of this turn. */
async function orderOf(nextTurn: () => Promise<void>): Promise<string[]> {
  const order: string[] = [];
  const turn = nextTurn().then(() => order.push('turn'));
  await Promise.resolve().then(() => order.push('microtask'));
  await turn;
  await nextTurn();
  return order;
}

describe('nextTurn()', () => {
  it('comes after the microtasks of this turn', async () => {
    const { nextTurn } = await import('../../src/testing/next-turn.js');
    expect(await orderOf(nextTurn)).toEqual(['microtask', 'turn']);
  });

  it('comes by a message where there is no setImmediate, as in pages', async () => {
    jest.replaceProperty(globalThis, 'process', { ...process, getBuiltinModule: undefined } as never);
    const post = jest.spyOn(MessagePort.prototype, 'postMessage');
    const { nextTurn } = await import('../../src/testing/next-turn.js');
    expect(await orderOf(nextTurn)).toEqual(['microtask', 'turn']);
    expect(post).toHaveBeenCalledTimes(2);
  });
});
