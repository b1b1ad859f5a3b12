import { describe, expect, it } from '@jest/globals';
import { constantBackoff, MalformedOperationError, OperationsClient, type RawOperation } from '../src/index.js';
import { json, name, running, ScriptedTransport, succeeded } from './support/scripted.js';
import { track, useVirtualTime } from './support/virtual-time.js';

const advance = useVirtualTime();

function createClient() {
  const transport = new ScriptedTransport([]);
  const polling = { serverWait: 'never', backoff: constantBackoff(Infinity) } as const;
  return { client: new OperationsClient({ transport, polling }), transport };
}
const at = (progressPercent: number): RawOperation => ({ name, done: false, metadata: json({ progressPercent }) });

describe('client.applyUpdate()', () => {
  it('applies a state to every active poller of that operation, and returns how many', async () => {
    const { client, transport } = createClient();
    const waits = [client.poller(name), client.poller(name)].map((poller) => track(poller.pollUntilDone()));
    const other = track(client.poller('operations/other').promise({ totalTimeoutMs: 1000 }));
    const idle = client.poller(name);
    expect(client.applyUpdate(running)).toBe(2);
    expect(client.applyUpdate(succeeded)).toBe(2);
    await advance(0);
    expect(waits.map(({ value }) => value)).toMatchObject([{ result: 'response' }, { result: 'response' }]);
    expect(client.applyUpdate(succeeded)).toBe(0);
    expect(idle.operation).toBeUndefined();
    await advance(1000);
    expect(other.error).toMatchObject({ code: 'LRO_POLLING_TIMEOUT' });
    expect(transport.requests).toEqual([]);
  });

  it('ignores a state that is older than the one a poller knows', async () => {
    const { client } = createClient();
    const poller = client.poller(name);
    const wait = track(poller.promise({ totalTimeoutMs: 1000 }));
    expect(client.applyUpdate(at(50))).toBe(1);
    expect(client.applyUpdate(at(10))).toBe(0);
    expect(poller.operation?.raw).toEqual(at(50));
    await advance(1000);
    expect(wait.error).toMatchObject({ operation: { raw: at(50) } });
  });

  it('throws for what is not an operation, or has no name', () => {
    const { client } = createClient();
    expect(() => client.applyUpdate(null as never)).toThrow(MalformedOperationError);
    expect(() => client.applyUpdate({ name: '', done: true })).toThrow(
      new TypeError("Cannot apply an update as 'name' must be a non-empty string: current value is an empty string"),
    );
  });
});
