// Waiting over REST in a page of another origin.
import { expect, it } from '@jest/globals';
import { Code } from '../../../src/status.js';
import { packStruct } from '../../../src/testing/index.js';
import { describeInChromium, usePages } from '../../support/chromium.js';
import { useEmulator } from '../../support/emulator.js';
import type { PageScope } from '../../support/page-scope.js';

describeInChromium('a page of another origin', () => {
  const pages = usePages();
  const service = useEmulator();

  it('waits over REST with headers of its own, through a failed request', async () => {
    const { name } = service.emulator.start({ durationMs: 100, response: packStruct({ result: 42 }) });
    service.emulator.injectFault({ method: 'getOperation', status: { code: Code.UNAVAILABLE, message: 'busy' } });
    const page = await pages.open();
    const headers = { authorization: 'Bearer token', 'x-tenant': 'a' };
    const outcome = await page.evaluate(
      async ({ name, ...options }) => (globalThis as unknown as PageScope).waitOverRest(options, name),
      { apiEndpoint: service.apiEndpoint, headers, name },
    );
    expect(outcome).toMatchObject({ response: { json: { value: { result: 42 } } } });
    expect(service.calls.length).toBeGreaterThan(1);
    expect(new Set(service.calls.map(({ method }) => method))).toEqual(new Set(['getOperation']));
    expect(service.calls[0]!.headers).toMatchObject(headers);
  });

  it('reads the message of a failure, and Retry-After', async () => {
    const page = await pages.open();
    const status = { code: Code.PERMISSION_DENIED, message: 'not yours' };
    service.emulator.injectFault({ method: 'getOperation', status, retryAfterMs: 7000 });
    const error = await page.evaluate(async (apiEndpoint) => {
      const { OperationsClient, restTransport } = globalThis as unknown as PageScope;
      const client = new OperationsClient({ transport: restTransport({ apiEndpoint }) });
      const thrown: unknown = await client.getOperation({ name: 'operations/a' }).catch((error: unknown) => error);
      const { message, retryAfterMs } = thrown as { message: string; retryAfterMs: number };
      return { message, retryAfterMs };
    }, service.apiEndpoint);
    expect(error.message).toContain('not yours');
    expect(error.retryAfterMs).toBe(7000);
  });

  it('cancels and deletes, each after a preflight that is not in the call log', async () => {
    const { name } = service.emulator.start({ durationMs: Infinity });
    const page = await pages.open();
    await page.evaluate(
      async ({ apiEndpoint, name }) => {
        const { OperationsClient, restTransport } = globalThis as unknown as PageScope;
        const client = new OperationsClient({ transport: restTransport({ apiEndpoint }) });
        await client.cancelOperation({ name });
        await client.deleteOperation({ name });
      },
      { apiEndpoint: service.apiEndpoint, name },
    );
    expect(service.calls.map(({ method }) => method)).toEqual(['cancelOperation', 'deleteOperation']);
  });
});
