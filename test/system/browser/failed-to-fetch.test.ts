// A browser gives one message for every request without a response that the page may read.
import { expect, it } from '@jest/globals';
import { describeInChromium, usePages } from '../../support/chromium.js';
import { useEmulator } from '../../support/emulator.js';
import type { PageScope } from '../../support/page-scope.js';

describeInChromium("'Failed to fetch', in a page", () => {
  const pages = usePages();
  const service = useEmulator({ name: 'operations/a', durationMs: 0 }, { cors: false });

  it('over REST is UNAVAILABLE, retried, and names CORS as a possible cause', async () => {
    const page = await pages.open();
    const { error } = await page.evaluate(async (apiEndpoint) => {
      const { waitOverRest } = globalThis as unknown as PageScope;
      return waitOverRest({ apiEndpoint }, 'operations/a', { retry: { maxAttempts: 2, initialDelayMs: 1 } });
    }, service.apiEndpoint);
    expect(error).toMatchObject({ rpcCode: 'UNAVAILABLE', attempts: 2 });
    expect(error?.message).toMatch(/Failed to fetch.*CORS/);
  });

  it('of a function of customOperations() is so too', async () => {
    const page = await pages.open();
    const { error } = await page.evaluate(async (apiEndpoint) => {
      const { customOperations, outcomeOf } = globalThis as unknown as PageScope;
      const get = async (): Promise<object> => (await (await fetch(`${apiEndpoint}/v1/a`)).json()) as object;
      const options = { retry: { maxAttempts: 2, initialDelayMs: 1 } };
      return outcomeOf(customOperations({ get }).poller('a', options).promise());
    }, service.apiEndpoint);
    expect(error).toMatchObject({ rpcCode: 'UNAVAILABLE', attempts: 2 });
    expect(error?.message).toMatch(/Failed to fetch.*CORS/);
  });
});
