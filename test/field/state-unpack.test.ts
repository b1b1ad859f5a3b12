import { describe, expect, it } from '@jest/globals';
import { UnpackError, type PollingEvent } from '../../src/index.js';
import { packStruct } from '../../src/testing/index.js';
import { exportAgent, rejection, stage, useWorld, wires } from '../support/wires.js';

describe.each(wires)('A response that cannot be decoded, over $name', (wire) => {
  const world = useWorld(wire);
  const script = { durationMs: 20, metadata: stage('7'), response: packStruct({ a: 1 }) };

  it('is an error with the metadata and the operation as it was received', async () => {
    const error = await rejection(world().start(script).promise());
    expect(error).toBeInstanceOf(UnpackError);
    expect(error).toMatchObject({ field: 'response', metadata: { version: '7' }, raw: { done: true } });
    const { raw, any } = error as UnpackError;
    expect(raw.response).toBe(any);
  });

  it('leaves the poller with a completed operation, whose response throws the error', async () => {
    const poller = world().start(script);
    const error = await rejection(poller.promise());
    const { operation } = poller;
    expect(operation).toMatchObject({ name: poller.name, done: true, result: 'response', metadata: { version: '7' } });
    expect(operation?.raw).toBe((error as UnpackError).raw);
    expect(() => operation?.result === 'response' && operation.response).toThrow(error);
    expect({ ...operation }).not.toHaveProperty('response');
    expect(await rejection(poller.poll())).toBe(error);
  });

  it('is the same error for an operation that was pushed, and in an event the operation is done', async () => {
    const { name } = world().start(script);
    const events: PollingEvent[] = [];
    const poller = world().client.poller(name, exportAgent, { onEvent: (event) => events.push(event) });
    const raw = { name, done: true, metadata: stage('8'), response: packStruct({ a: 1 }) };
    expect(() => poller.applyUpdate(raw)).toThrow(UnpackError);
    expect(poller.operation).toMatchObject({ done: true, metadata: { version: '8' } });
    expect(await rejection(poller.promise())).toMatchObject({ raw, metadata: { version: '8' } });
    expect(events).toContainEqual({ type: 'done', name, result: 'response', polls: 0 });
  });
});

describe('Metadata that cannot be decoded', () => {
  const world = useWorld(wires[0]!);

  it('are an error with the operation as it was received, and without decoded metadata', async () => {
    const done = await world()
      .start({ durationMs: 0, metadata: packStruct({ a: 1 }) })
      .pollUntilDone();
    expect(done.metadataError).toMatchObject({ field: 'metadata', metadata: undefined, raw: { done: true } });
  });
});
