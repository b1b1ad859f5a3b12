import { describe, expect, it } from '@jest/globals';
import { OperationsEmulator } from '../../src/testing/index.js';

describe('start() with a request id', () => {
  it('returns the current state of the first operation the second time', async () => {
    const emulator = new OperationsEmulator({ clock: 'manual' });
    const script = { durationMs: 1000, requestId: 'c1cf2b4d-2f2b-4a60-9c9d-6a9c9a5d0d7e' };
    const first = emulator.start(script);
    expect(first).toEqual({ name: 'operations/1', done: false });
    await emulator.advance(1000);
    expect(emulator.start(script)).toEqual({ name: 'operations/1', done: true });
    emulator.delete('operations/1');
    expect(emulator.start(script)).toEqual({ name: 'operations/1', done: true });
    expect(emulator.operation('operations/2')).toBeUndefined();
  });

  it('starts another operation for another id, and without one', () => {
    const emulator = new OperationsEmulator({ clock: 'manual' });
    for (const requestId of ['a', 'b', '', '', undefined]) emulator.start({ durationMs: 0, requestId });
    expect(emulator.operation('operations/5')).toBeDefined();
  });
});
