// What other pollers get wrong, and what must hold instead: each test does it here first, and then, where the other one
// is a package that can be installed, lets it do the same. All in virtual time; that a process exits after an abort is
// shown in exit.test.ts.
import { describe, expect, it } from '@jest/globals';
import { Code, exponentialBackoff, OperationsClient, type PollingOptions, type RawOperation } from '../../src/index.js';
import { OperationsEmulator } from '../../src/testing/index.js';
import { createPoller, everySecond, info } from '../support/create-poller.js';
import { failure, name, running, succeeded } from '../support/scripted.js';
import { track } from '../support/virtual-time.js';
import { advance, createHttpPoller, succeededJson, trackFor } from './support.js';

const response = { typeUrl: 'type.googleapis.com/google.protobuf.Empty' };

describe('unlike other pollers', () => {
  // openai-node asks again at once when it does not know a state.
  it('an unknown state is polled on schedule, never in a busy loop', async () => {
    const states = [
      { name, state: 'WEIRD' },
      { name, done: 'yes' },
      { name, done: 1 },
      { name },
    ] as unknown as RawOperation[];
    const { transport, poller } = createPoller([...states, succeeded]);
    const seen = track(poller.promise());
    await advance(4000);
    expect(seen.value).toMatchObject({ ok: true });
    expect(transport.times).toEqual([0, 1000, 2000, 3000, 4000]);
  });

  // google-cloud-cpp#1476: each failure lengthened the interval, and it never came down again.
  it('transient failures do not lengthen the polling interval', async () => {
    const doubling: PollingOptions = { backoff: exponentialBackoff({ initialDelayMs: 1000, multiplier: 2 }) };
    const blip = failure(Code.UNAVAILABLE);
    const { transport, poller } = createPoller([running, blip, blip, running], { polling: doubling });
    const controller = new AbortController();
    const seen = track(poller.promise({ signal: controller.signal }));
    await advance(21_000);
    controller.abort('enough');
    await advance(0);
    expect(seen.error).toBe('enough');
    // The failures at 1000 and 1500 ms are tried again after 500 and 1000 ms, on a clock of their own. The interval goes
    // on doubling with the age of the operation, not with the number of requests.
    expect(transport.times).toEqual([0, 1000, 1500, 2500, 5000, 10_000, 20_000]);
  });

  // google-api-core's asynchronous futures go on after 500 and 502, but not after 503; its synchronous ones do.
  it('a 503 is retried by every method over every transport', async () => {
    const paths: Record<string, (client: OperationsClient) => Promise<unknown>> = {
      'promise()': (client) => client.poller(name, info, everySecond).promise(),
      'pollUntilDone()': (client) => client.poller(name, info, everySecond).pollUntilDone(),
      'updates()': async (client) => {
        for await (const operation of client.poller(name, info, everySecond)) if (operation.done) return operation;
        return undefined;
      },
      'poll()': (client) => client.poller(name, info, everySecond).poll(),
      'getOperation()': (client) => client.getOperation({ name }),
    };
    const clients: Record<string, () => OperationsClient> = {
      'in memory': () => createPoller([failure(Code.UNAVAILABLE), succeeded]).client,
      'from the transport': () => createPoller([failure(Code.UNAVAILABLE, { origin: 'transport' }), succeeded]).client,
      'as JSON over HTTP': () =>
        createHttpPoller([
          { status: 503, body: { error: { code: 503, status: 'UNAVAILABLE' } } },
          { body: succeededJson },
        ]).client,
      'as a page over HTTP': () =>
        createHttpPoller([{ status: 503, body: '<html></html>' }, { body: succeededJson }]).client,
    };
    const failed: string[] = [];
    for (const [path, ask] of Object.entries(paths)) {
      for (const [where, client] of Object.entries(clients)) {
        const seen = await trackFor(2000, ask(client()));
        if (seen.value === undefined) failed.push(`${path}, ${where}: ${String(seen.error)}`);
      }
    }
    expect(failed).toEqual([]);
  });

  it('the other read-only calls retry a 503, too', async () => {
    const emulator = new OperationsEmulator();
    const client = new OperationsClient({ transport: emulator.transport() });
    const { name } = emulator.start({ durationMs: 100, response });
    for (const method of ['waitOperation', 'listOperations'] as const) {
      emulator.injectFault({ method, status: { code: Code.UNAVAILABLE } });
    }
    const waited = await trackFor(2000, client.waitOperation({ name }));
    expect(waited.value).toMatchObject({ done: true });
    const listed = await trackFor(2000, client.listOperations({ name: 'operations' })[Symbol.asyncIterator]().next());
    expect(listed.value).toMatchObject({ value: { name } });
  });

  it('a WaitOperation that returns early does not cause a busy loop', async () => {
    const emulator = new OperationsEmulator();
    emulator.injectFault({ method: 'waitOperation', times: Infinity, earlyReturn: true });
    const client = new OperationsClient({ transport: emulator.transport(), polling: everySecond });
    const seen = await trackFor(60_000, client.poller(emulator.start({ durationMs: 59_500, response })).promise());
    expect(seen.value).toBeDefined();
    expect(emulator.calls.length).toBeLessThanOrEqual(62);
  });
});
