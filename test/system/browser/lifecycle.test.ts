// What a browser does to a page while it waits: reload, freezing in the back/forward cache, closing.
import { expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { describeInChromium, usePages } from '../../support/chromium.js';
import { useEmulator } from '../../support/emulator.js';
import type { PageScope } from '../../support/page-scope.js';

const name = 'operations/a';
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describeInChromium('a page that waits', () => {
  const pages = usePages();
  const service = useEmulator({ name, durationMs: Infinity });

  const outcome = (page: Page): Promise<unknown> => page.evaluate('wait');
  async function startWait(page: Page, delayMs: number): Promise<void> {
    await page.evaluate(
      ({ apiEndpoint, name, delayMs }) => {
        const { constantBackoff, waitOverRest } = globalThis as unknown as PageScope;
        const wait = waitOverRest({ apiEndpoint }, name, { backoff: constantBackoff(delayMs) });
        Object.assign(globalThis, { wait });
      },
      { apiEndpoint: service.apiEndpoint, name, delayMs },
    );
    await service.received(1);
  }

  it('resumes after a reload, from a token in the session storage', async () => {
    const page = await pages.open();
    const startedAtMs = await page.evaluate(
      ({ apiEndpoint, name }) => {
        const { OperationsClient, restTransport } = globalThis as unknown as PageScope;
        const poller = new OperationsClient({ transport: restTransport({ apiEndpoint }) }).poller(name);
        void poller.promise();
        const text = JSON.stringify(poller);
        (globalThis as unknown as { sessionStorage: { job: string } }).sessionStorage.job = text;
        return poller.toJSON().startedAtMs;
      },
      { apiEndpoint: service.apiEndpoint, name },
    );
    await service.received(1);
    await page.reload();
    service.emulator.complete(name);
    const resumed = await page.evaluate(async (apiEndpoint) => {
      const { OperationsClient, restTransport } = globalThis as unknown as PageScope;
      const { sessionStorage } = globalThis as unknown as { sessionStorage: { job: string } };
      const client = new OperationsClient({ transport: restTransport({ apiEndpoint }) });
      const poller = client.resume(JSON.parse(sessionStorage.job) as never);
      const { result } = await poller.pollUntilDone();
      return { result, name: poller.name, startedAtMs: poller.toJSON().startedAtMs };
    }, service.apiEndpoint);
    expect(resumed).toEqual({ result: 'response', name, startedAtMs });
  });

  /** Leaves the page for another of its origin; the browser keeps it, frozen, in the back/forward cache. */
  async function leave(page: Page): Promise<void> {
    await page.evaluate('globalThis.isSame = true');
    await page.goto(`${pages.origin}/elsewhere`);
  }
  async function comeBack(page: Page): Promise<void> {
    // page.goBack() waits for a page that loads.
    await page.evaluate('setTimeout(() => history.back(), 0); 0');
    await page.waitForFunction('globalThis.isSame', undefined, { polling: 20 });
  }

  it('polls at once when it is restored from the back/forward cache', async () => {
    const page = await pages.open();
    await startWait(page, 3_600_000);
    await leave(page);
    service.emulator.complete(name);
    await comeBack(page);
    await expect(outcome(page)).resolves.toHaveProperty('response');
    expect(service.calls).toHaveLength(2);
  });

  it('sends nothing while it is frozen, and goes on afterwards', async () => {
    const page = await pages.open();
    await startWait(page, 20);
    await leave(page);
    // A poll may have been on its way.
    await pause(200);
    const sent = service.calls.length;
    await pause(300);
    expect(service.calls).toHaveLength(sent);
    service.emulator.complete(name);
    await comeBack(page);
    await expect(outcome(page)).resolves.toHaveProperty('response');
  });

  it('sends nothing more once it is closed', async () => {
    const page = await pages.open();
    await startWait(page, 20);
    await page.close();
    await pause(200);
    const sent = service.calls.length;
    await pause(300);
    expect(service.calls).toHaveLength(sent);
  });
});
