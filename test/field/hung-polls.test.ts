import { describe, expect, it } from '@jest/globals';
import {
  Code,
  constantBackoff,
  OperationsClient,
  type CallOptions,
  type OperationsClientOptions,
  type RawOperation,
} from '../../src/index.js';

import { AgedService } from '../support/aged-service.js';
import { name, running, ScriptedTransport, succeeded } from '../support/scripted.js';
import { track, useVirtualTime } from '../support/virtual-time.js';

const advance = useVirtualTime();

/** An operation of a service that takes `latencyMs(request)` for a response; `Infinity`: it sends none. */
class SlowService extends AgedService {
  readonly #latencyMs: (request: number) => number;

  constructor(durationMs: number, latencyMs: (request: number) => number) {
    super((ageMs) => (ageMs < durationMs ? running : succeeded));
    this.#latencyMs = latencyMs;
  }

  override async getOperation(request: { name: string }, options: CallOptions): Promise<RawOperation> {
    const latencyMs = this.#latencyMs(this.ages.length);
    const response = await super.getOperation(request, options);
    if (latencyMs === Infinity) return new Promise(() => undefined);
    if (latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, latencyMs));
    return response;
  }

  get timeouts(): (number | undefined)[] {
    return this.options.map(({ timeoutMs }) => timeoutMs);
  }
}

function waitFor(transport: SlowService, options: Partial<OperationsClientOptions> = {}) {
  const client = new OperationsClient({ transport, ...options });
  return { client, seen: track(client.poller(running).promise()) };
}

describe('a poll that is never answered', () => {
  it.each([
    ['the first one', (request: number) => request === 0],
    ['the second one', (request: number) => request === 1],
    ['the last one', (request: number) => request === 11],
  ])('%s: an operation of 22 s is known to be done within 42 s', async (_, isHung) => {
    const { seen } = waitFor(new SlowService(22_000, (request) => (isHung(request) ? Infinity : 0)));
    await advance(42_000);
    expect(seen.value).toBeDefined();
  });

  it('is not waited for by a client that coalesces either', async () => {
    const transport = new SlowService(22_000, (request) => (request === 0 ? Infinity : 0));
    const client = new OperationsClient({ transport, coalesce: true });
    const seen = track(client.poller(name).promise());
    await advance(42_000);
    expect(seen.value).toBeDefined();
  });

  it('has 15 s, then 30 s, then rpcTimeoutMs', async () => {
    const transport = new SlowService(22_000, (request) => (request < 4 ? Infinity : 0));
    const { seen } = waitFor(transport);
    await advance(300_000);
    expect(seen.value).toBeDefined();
    expect(transport.timeouts).toEqual([15_000, 30_000, 60_000, 60_000, 60_000]);
  });

  it.each([5000, 20_000])('never has more than rpcTimeoutMs: %d', async (rpcTimeoutMs) => {
    const transport = new SlowService(22_000, (request) => (request < 3 ? Infinity : 0));
    const { seen } = waitFor(transport, { polling: { rpcTimeoutMs } });
    await advance(120_000);
    expect(seen.value).toBeDefined();
    for (const timeoutMs of transport.timeouts) expect(timeoutMs).toBeLessThanOrEqual(rpcTimeoutMs);
    expect(transport.timeouts.slice(0, 2)).toEqual([Math.min(15_000, rpcTimeoutMs), rpcTimeoutMs]);
  });
});

describe('a service that takes 20 s for each response', () => {
  it.each<[string, Partial<OperationsClientOptions>]>([
    ['by default', {}],
    ['without retries', { retry: { maxAttempts: 1 } }],
    ['with a short retry window', { retry: { maxElapsedMs: 10_000 } }],
    ['with codes to retry that do not have DEADLINE_EXCEEDED', { retry: { codes: [Code.UNAVAILABLE] } }],
    ['with two attempts', { retry: { maxAttempts: 2 } }],
  ])('is waited for: %s', async (_, options) => {
    const transport = new SlowService(60_000, () => 20_000);
    const { seen } = waitFor(transport, options);
    await advance(180_000);
    expect(seen.error).toBeUndefined();
    expect(seen.value).toBeDefined();
    // At most one request was repeated: the client knows by then how slow the service is.
    expect(transport.timeouts.filter((timeoutMs) => timeoutMs! < 60_000).length).toBeLessThanOrEqual(2);
    expect(transport.timeouts.at(-1)).toBe(60_000);
  });

  it('is known to be slow to all pollers of the client', async () => {
    const transport = new SlowService(60_000, () => 20_000);
    const { client, seen } = waitFor(transport);
    await advance(180_000);
    expect(seen.value).toBeDefined();
    const other = track(client.poller('operations/other').promise());
    await advance(20_000);
    expect(other.value).toBeDefined();
    expect(transport.timeouts.at(-1)).toBe(60_000);
  });

  it.each([35_000, 55_000])(
    'is waited for also at %d ms and with a window in which few attempts fit',
    async (latencyMs) => {
      for (const maxElapsedMs of [20_000, 40_000, 50_000, 80_000]) {
        const { seen } = waitFor(new SlowService(1000, () => latencyMs), { retry: { maxElapsedMs } });
        await advance(300_000);
        expect(seen.value).toBeDefined();
      }
    },
  );
});

describe('the deadline of other requests', () => {
  it('is a minute for a single call, and ten seconds more than its time for a server-side wait', async () => {
    const transport = new ScriptedTransport([running], { waits: ['hang'] });
    const client = new OperationsClient({ transport, polling: { backoff: constantBackoff(1e6) } });
    await client.getOperation({ name });
    await client.poller(name).poll();
    expect(transport.requests.map(({ options }) => options.timeoutMs)).toEqual([60_000, 60_000]);
    const controller = new AbortController();
    const seen = track(client.poller(name).promise({ signal: controller.signal }));
    await advance(69_000);
    expect(transport.waits).toHaveLength(1);
    await advance(2000);
    expect(transport.waits).toHaveLength(2);
    controller.abort('enough');
    await advance(0);
    expect(seen.error).toBe('enough');
  });
});
