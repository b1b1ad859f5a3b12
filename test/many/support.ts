import { constantBackoff, OperationsClient, type LROPoller } from '../../src/index.js';
import { OperationsEmulator, type OperationScript } from '../../src/testing/index.js';
import { json } from '../support/scripted.js';

/** An emulator and a client that polls every 100 ms. */
export function world() {
  const emulator = new OperationsEmulator();
  const client = new OperationsClient({
    transport: emulator.transport(),
    polling: { serverWait: 'never', backoff: constantBackoff(100) },
  });
  const poller = (durationMs: number, script: Partial<OperationScript> = {}): LROPoller<unknown> =>
    client.poller(
      emulator.start({ durationMs, ...('error' in script ? {} : { response: json({ durationMs }) }), ...script }),
    );
  return { emulator, client, poller };
}

/** All items of an iterable. */
export async function all<T>(iterable: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of iterable) items.push(item);
  return items;
}
