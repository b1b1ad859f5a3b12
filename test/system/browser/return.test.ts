// A browser that is back online, or a page that is shown again: one poll goes out, whatever the wait was waiting for.
import { expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { describeInChromium, usePages } from '../../support/chromium.js';
import { useEmulator } from '../../support/emulator.js';
import type { PageScope } from '../../support/page-scope.js';

const name = 'operations/a';

describeInChromium('the return of a page', () => {
  const pages = usePages();
  const service = useEmulator({ name, durationMs: Infinity });

  /** Starts a wait whose delays are longer than the test: between polls, and between retries after the first. */
  async function startWait(page: Page): Promise<void> {
    await page.evaluate(
      ({ apiEndpoint, name }) => {
        const { constantBackoff, waitOverRest } = globalThis as unknown as PageScope;
        const retry = { initialDelayMs: 500, multiplier: 10_000, maxDelayMs: 3_600_000, maxElapsedMs: Infinity };
        const onEvent = ({ type }: { type: string }): void => void events.push(type);
        const events: string[] = [];
        const wait = waitOverRest({ apiEndpoint }, name, { backoff: constantBackoff(3_600_000), retry, onEvent });
        Object.assign(globalThis, { events, wait });
      },
      { apiEndpoint: service.apiEndpoint, name },
    );
  }
  const outcome = (page: Page): Promise<unknown> => page.evaluate('wait');
  const event = async (page: Page, type: string): Promise<void> => {
    await page.waitForFunction(`events.includes('${type}')`, undefined, { polling: 20 });
  };
  const dispatch = (page: Page, target: string, type: string): Promise<unknown> =>
    page.evaluate(`${target}.dispatchEvent(new Event('${type}'))`);

  it('online ends the pause between retries', async () => {
    const page = await pages.open();
    await page.context().setOffline(true);
    await startWait(page);
    await page.waitForFunction("events.join() === 'retry,retry'", undefined, { polling: 20 });
    service.emulator.complete(name);
    // The event may come before requests succeed: the delays between retries have begun again.
    await page.context().setOffline(false);
    await expect(outcome(page)).resolves.toHaveProperty('response');
    expect(service.calls).toHaveLength(1);
  });

  it('shown again ends the pause between polls', async () => {
    const page = await pages.open();
    await startWait(page);
    await event(page, 'poll');
    service.emulator.complete(name);
    await dispatch(page, 'document', 'visibilitychange');
    await expect(outcome(page)).resolves.toHaveProperty('response');
    expect(service.calls).toHaveLength(2);
  });

  it('sends one poll for events that belong together', async () => {
    const page = await pages.open();
    await startWait(page);
    await event(page, 'poll');
    await page.evaluate(`document.dispatchEvent(new Event('visibilitychange')); dispatchEvent(new Event('online'))`);
    await service.received(2);
    await page.waitForTimeout(200);
    expect(service.calls).toHaveLength(2);
    await dispatch(page, 'globalThis', 'online');
    await service.received(3);
  });

  it('keeps a delay that the server requested', async () => {
    service.emulator.injectFault({ method: 'getOperation', retryAfterMs: 3_600_000, http: { status: 503 } });
    const page = await pages.open();
    await startWait(page);
    await event(page, 'retry');
    await dispatch(page, 'globalThis', 'online');
    await page.waitForTimeout(300);
    expect(service.calls).toHaveLength(1);
  });

  it('sends a poll again that has had no response for long', async () => {
    service.emulator.injectFault({ method: 'getOperation', hang: true });
    const page = await pages.open();
    await startWait(page);
    await service.received(1);
    service.emulator.complete(name);
    // A second is the least that a response is given when a page returns.
    await page.waitForTimeout(1100);
    await dispatch(page, 'document', 'visibilitychange');
    await expect(outcome(page)).resolves.toHaveProperty('response');
    expect(service.calls).toHaveLength(2);
    // Not because its own deadline has passed.
    expect(await page.evaluate('events')).not.toContain('retry');
  });

  it('sends nothing for a wait that is over, or a client that is closed', async () => {
    const page = await pages.open();
    await page.evaluate(
      async ({ apiEndpoint, name }) => {
        const { OperationsClient, PollingTimeoutError, restTransport } = globalThis as unknown as PageScope;
        const client = new OperationsClient({ transport: restTransport({ apiEndpoint }) });
        const wait = client.poller(name).promise({ totalTimeoutMs: 100 });
        await wait.catch((error: unknown) => {
          if (!(error instanceof PollingTimeoutError)) throw error;
        });
      },
      { apiEndpoint: service.apiEndpoint, name },
    );
    const sent = service.calls.length;
    await dispatch(page, 'globalThis', 'online');
    await page.waitForTimeout(300);
    expect(service.calls).toHaveLength(sent);
  });

  it('is noticed by customOperations() too', async () => {
    const page = await pages.open();
    await page.evaluate(
      ({ url }) => {
        const { constantBackoff, customOperations } = globalThis as unknown as PageScope;
        const get = async (): Promise<object> => (await (await fetch(url)).json()) as object;
        const events: string[] = [];
        const onEvent = ({ type }: { type: string }): void => void events.push(type);
        const polling = { backoff: constantBackoff(3_600_000), onEvent };
        Object.assign(globalThis, { events, wait: customOperations({ get }).poller('a', polling).promise() });
      },
      { url: `${service.apiEndpoint}/v1/${name}` },
    );
    await event(page, 'poll');
    service.emulator.complete(name);
    await dispatch(page, 'document', 'visibilitychange');
    await outcome(page);
    expect(service.calls).toHaveLength(2);
  });
});
