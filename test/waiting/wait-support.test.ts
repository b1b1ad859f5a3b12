import { describe, expect, it, jest } from '@jest/globals';
import { Code, constantBackoff, OperationsClient } from '../../src/index.js';
import { createEmulatedPoller, emptyResponse as response } from '../support/create-poller.js';
import { useVirtualTime, track } from '../support/virtual-time.js';

const advance = useVirtualTime();

describe("serverWait: 'auto'", () => {
  it('sees the completion in the round trip of one WaitOperation', async () => {
    const { poller, methods } = createEmulatedPoller({ durationMs: 15_000, latencyMs: 50 });
    const seen = track(poller.promise());
    await advance(16_000);
    expect(seen.settledAtMs).toBeLessThanOrEqual(15_100);
    expect(methods()).toEqual(['waitOperation']);
  });

  it('sends one request a minute for an operation of ten minutes', async () => {
    const { poller, methods } = createEmulatedPoller({ durationMs: 600_000 });
    const seen = track(poller.promise());
    await advance(600_000);
    expect(seen.value).toBeDefined();
    // The poll is beside the first wait of the client.
    expect(methods().length).toBeLessThanOrEqual(12);
    expect(methods().filter((method) => method !== 'waitOperation')).toEqual(['getOperation']);
  });

  it('polls in the same wait if the service returns UNIMPLEMENTED, and remembers it for the client', async () => {
    const { emulator, client, poller, methods } = createEmulatedPoller({ durationMs: 3500 });
    emulator.injectFault({ method: 'waitOperation', times: Infinity, status: { code: Code.UNIMPLEMENTED } });
    const seen = track(poller.promise());
    await advance(4000);
    expect(seen.settledAtMs).toBe(4000);
    expect(methods()).toEqual(['waitOperation', ...Array<string>(4).fill('getOperation')]);
    const other = track(client.poller(emulator.start({ durationMs: 500, response })).promise());
    await advance(1000);
    expect(other.value).toBeDefined();
    expect(methods().filter((method) => method === 'waitOperation')).toHaveLength(1);
  });

  it('polls, and remembers it, if only WaitOperation fails permanently', async () => {
    for (const code of [Code.NOT_FOUND, Code.PERMISSION_DENIED]) {
      const { emulator, client, poller, events, methods } = createEmulatedPoller({ durationMs: 2500 });
      emulator.injectFault({ method: 'waitOperation', times: Infinity, status: { code } });
      const seen = track(poller.promise());
      await advance(3000);
      expect(seen.value).toBeDefined();
      expect(methods().filter((method) => method === 'waitOperation')).toHaveLength(1);
      expect(events.map(({ type }) => type)).toEqual(['wait-failed', 'poll', 'poll', 'poll', 'done']);
      const other = track(client.poller(emulator.start({ durationMs: 500, response })).promise());
      await advance(1000);
      expect(other.value).toBeDefined();
      expect(methods().filter((method) => method === 'waitOperation')).toHaveLength(1);
    }
  });

  it('rejects if neither the wait nor the poll finds the operation, and does not disable waits', async () => {
    const { emulator, client, raw, methods } = createEmulatedPoller({ durationMs: 15_000 });
    const gone = track(client.poller('operations/gone').promise());
    await advance(1);
    expect(gone.error).toMatchObject({ code: 'LRO_REQUEST_FAILED', rpcCode: Code.NOT_FOUND, method: 'GetOperation' });
    const seen = track(client.poller(raw).promise());
    await advance(15_000);
    expect(seen.value).toBeDefined();
    expect(methods()).toEqual(['waitOperation', 'getOperation', 'waitOperation']);
    expect(emulator.calls).toHaveLength(3);
  });

  it('keeps the schedule after an early return, without a busy loop', async () => {
    const { emulator, poller, methods } = createEmulatedPoller({ durationMs: 10_000 });
    emulator.injectFault({ method: 'waitOperation', times: 2, earlyReturn: true });
    const seen = track(poller.promise());
    await advance(10_000);
    expect(seen.settledAtMs).toBe(10_000);
    expect(methods()).toEqual(['waitOperation', 'waitOperation', 'waitOperation']);
    expect(emulator.calls.map(({ atMs }) => Math.round(atMs - emulator.calls[0]!.atMs))).toEqual([0, 1000, 2000]);
  });

  it('polls after the third early return in a row, and remembers it', async () => {
    const { emulator, client, poller, methods } = createEmulatedPoller({ durationMs: 6500 });
    emulator.injectFault({ method: 'waitOperation', times: Infinity, earlyReturn: true });
    const seen = track(poller.promise());
    await advance(7000);
    expect(seen.settledAtMs).toBe(7000);
    expect(methods()).toEqual([...Array<string>(3).fill('waitOperation'), ...Array<string>(5).fill('getOperation')]);
    const other = track(client.poller(emulator.start({ durationMs: 500, response })).promise());
    await advance(1000);
    expect(other.value).toBeDefined();
    expect(methods().at(-1)).toBe('getOperation');
  });

  it('treats a deadline and a cut connection as "still running", and shortens the next wait', async () => {
    for (const fault of [{ status: { code: Code.DEADLINE_EXCEEDED } }, { reset: true }]) {
      const { emulator, poller, methods } = createEmulatedPoller({ durationMs: 100_000 });
      const timeouts: number[] = [];
      const transport = emulator.transport();
      const wait = transport.waitOperation!.bind(transport);
      transport.waitOperation = (request, options) => {
        timeouts.push(request.timeoutMs);
        return wait(request, options);
      };
      const cutting = new OperationsClient({ transport, polling: { backoff: constantBackoff(1000) } });
      emulator.injectFault({ method: 'waitOperation', delayMs: 30_000, ...fault });
      const seen = track(cutting.poller(poller.name).promise());
      await advance(100_000);
      expect(seen.settledAtMs).toBe(100_000);
      expect(timeouts[0]).toBe(60_000);
      expect(timeouts[1]).toBeLessThanOrEqual(30_000);
      // No more than one poll beside each wait, until one has had a response.
      expect(methods().slice(0, 4)).toEqual(['waitOperation', 'getOperation', 'waitOperation', 'getOperation']);
      expect(methods().slice(4)).not.toContain('getOperation');
    }
  });

  it('lengthens the waits again, up to a minute, once they are held to their timeout', async () => {
    const { emulator, client, raw, methods } = createEmulatedPoller({ durationMs: 7_200_000 });
    emulator.injectFault({ method: 'waitOperation', times: 5, delayMs: 1500, reset: true });
    const seen = track(client.poller(raw.name).promise());
    await advance(7_200_000);
    expect(seen.settledAtMs).toBe(7_200_000);
    // A minute each, and what it took to get there: at five seconds each they would be 1440.
    expect(methods().filter((method) => method === 'waitOperation').length).toBeLessThanOrEqual(120 + 40);
    const lastMs = emulator.calls.slice(-10).map(({ atMs }) => atMs);
    expect(lastMs[9]! - lastMs[8]!).toBe(60_000);
  });

  it('is not disabled by an outage, however many waits it affects', async () => {
    const { emulator, client, methods } = createEmulatedPoller({
      durationMs: 1,
      polling: { backoff: constantBackoff(5000) },
    });
    const all = Array.from({ length: 10 }, () =>
      track(client.poller(emulator.start({ durationMs: 300_000, response })).promise()),
    );
    emulator.injectFault({ method: 'waitOperation', times: 10, delayMs: 1500, reset: true });
    await advance(300_000);
    expect(all.map(({ settledAtMs }) => settledAtMs)).toEqual(Array(10).fill(300_000));
    expect(methods().lastIndexOf('waitOperation')).toBeGreaterThan(methods().lastIndexOf('getOperation'));
  });

  it('polls if a wait fails transiently, and waits again at the next poll', async () => {
    const { emulator, poller, methods } = createEmulatedPoller({ durationMs: 5000 });
    emulator.injectFault({ method: 'waitOperation', status: { code: Code.UNAVAILABLE } });
    const seen = track(poller.promise());
    await advance(5000);
    expect(seen.settledAtMs).toBe(5000);
    expect(methods()).toEqual(['waitOperation', 'waitOperation']);
  });

  it('reports progress on schedule although a wait is open', async () => {
    const { emulator, client } = createEmulatedPoller({ durationMs: 1 });
    const metadata = (fraction: number) => ({ typeUrl: 't/x', json: { '@type': 't/x', at: Math.round(fraction * 5) } });
    const poller = client.poller(emulator.start({ durationMs: 5000, response, metadata }));
    const heard: unknown[] = [];
    const seen = track(
      poller.promise({ onProgress: ({ metadata: at }) => heard.push((at?.json as { at: number }).at) }),
    );
    await advance(5000);
    expect(seen.settledAtMs).toBe(5000);
    expect(heard).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('opens at most maxConcurrentServerWaits at once; other pollers poll until a slot is free', async () => {
    const { emulator, client } = createEmulatedPoller({ durationMs: 1, maxConcurrentServerWaits: 2 });
    const all = [4500, 4500, 4500, 9500].map((durationMs) =>
      track(client.poller(emulator.start({ durationMs, response })).promise()),
    );
    await advance(4500);
    expect(all.map(({ settledAtMs }) => settledAtMs)).toEqual([4500, 4500, undefined, undefined]);
    await advance(5500);
    expect(all.map(({ settledAtMs }) => settledAtMs)).toEqual([4500, 4500, 5000, 9500]);
    const open = emulator.calls.filter(({ method, name }) => method === 'waitOperation' && name === 'operations/5');
    expect(open).toHaveLength(1);
  });

  it('cancels the wait in flight when the last waiter leaves', async () => {
    const { emulator, poller, methods } = createEmulatedPoller({ durationMs: 60_000 });
    const controller = new AbortController();
    const seen = track(poller.promise({ signal: controller.signal }));
    await advance(5000);
    controller.abort('enough');
    await advance(0);
    expect(seen).toEqual({ error: 'enough', settledAtMs: 5000 });
    await advance(100_000);
    expect(methods()).toEqual(['waitOperation']);
    expect(emulator.calls[0]).toMatchObject({ aborted: true });
    // A place for another wait is free again, and the poller is fit for use.
    await expect(poller.promise()).resolves.toBeDefined();
  });

  it('keeps the timeout while a wait is open', async () => {
    const { poller, methods } = createEmulatedPoller({ durationMs: 60_000 });
    const seen = track(poller.promise({ totalTimeoutMs: 7000 }));
    await advance(7000);
    expect(seen).toMatchObject({ settledAtMs: 7000, error: { code: 'LRO_POLLING_TIMEOUT' } });
    expect(methods()).toEqual(['waitOperation']);
  });
});

describe("serverWait: 'never'", () => {
  it('polls only', async () => {
    const { emulator, client, methods } = createEmulatedPoller({ durationMs: 1 });
    const never = client.poller(emulator.start({ durationMs: 2500, response }), undefined, { serverWait: 'never' });
    const seen = track(never.promise());
    await advance(3000);
    expect(seen.settledAtMs).toBe(3000);
    expect(methods()).toEqual(['getOperation', 'getOperation', 'getOperation']);
  });
});

describe("serverWait: 'always'", () => {
  it('rejects if the service or the transport has no WaitOperation', async () => {
    const { emulator, client } = createEmulatedPoller({ durationMs: 1 });
    emulator.injectFault({ method: 'waitOperation', status: { code: Code.UNIMPLEMENTED } });
    const raw = emulator.start({ durationMs: 60_000, response });
    const refused = track(client.poller(raw, undefined, { serverWait: 'always' }).promise());
    await advance(0);
    expect(refused.error).toMatchObject({ method: 'WaitOperation', rpcCode: Code.UNIMPLEMENTED });

    const transport = { ...emulator.transport() };
    delete transport.waitOperation;
    const without = new OperationsClient({ transport, polling: { serverWait: 'always' } });
    const missing = track(without.poller(raw).promise());
    await advance(0);
    expect(missing.error).toMatchObject({ method: 'WaitOperation', rpcCode: Code.UNIMPLEMENTED });
  });

  it('continues after transient failures and deadlines', async () => {
    const { emulator, client, methods } = createEmulatedPoller({ durationMs: 1 });
    emulator.injectFault({ method: 'waitOperation', status: { code: Code.UNAVAILABLE } });
    emulator.injectFault({ method: 'waitOperation', delayMs: 6000, status: { code: Code.DEADLINE_EXCEEDED } });
    const raw = emulator.start({ durationMs: 20_000, response });
    const seen = track(client.poller(raw, undefined, { serverWait: 'always' }).promise());
    await advance(20_000);
    expect(seen.settledAtMs).toBe(20_000);
    expect(new Set(methods())).toEqual(new Set(['waitOperation']));
  });
});

it('poller() throws for another value of serverWait', () => {
  const { client } = createEmulatedPoller({ durationMs: 1 });
  expect(() => client.poller('operations/1', undefined, { serverWait: 'often' as never })).toThrow(
    "Cannot poll as 'serverWait' must be 'auto', 'never' or 'always': current value is often",
  );
  jest.clearAllTimers();
});
