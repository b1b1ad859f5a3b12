// A browser does not show where a response redirects to. It follows the redirect itself, or the call fails at once.
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { OperationsEmulator, packStruct } from '../../../src/testing/index.js';
import { describeInChromium, usePages } from '../../support/chromium.js';
import type { PageOutcome, PageScope } from '../../support/page-scope.js';

describeInChromium('a redirect, in a page', () => {
  const pages = usePages();
  const emulators: OperationsEmulator[] = [];
  let home: OperationsEmulator;
  let away: OperationsEmulator;
  const listen = async (emulator: OperationsEmulator, cors = true): Promise<string> =>
    `http://127.0.0.1:${await emulator.listenHttp({ cors })}`;
  beforeEach(() => {
    emulators.push((home = new OperationsEmulator()), (away = new OperationsEmulator()));
  });
  afterEach(() => Promise.all(emulators.splice(0).map((emulator) => emulator.close())));

  const name = 'operations/a';
  const redirect = (location: string, method = 'getOperation'): void =>
    home.injectFault({ method, times: Infinity, http: { status: 302, headers: { location } } });

  async function waitInPage(headers: Record<string, string> = {}): Promise<PageOutcome> {
    const page = await pages.open();
    return page.evaluate(
      async ({ name, ...options }) => (globalThis as unknown as PageScope).waitOverRest(options, name),
      {
        apiEndpoint: await listen(home),
        headers,
        name,
      },
    );
  }

  it('is followed to another origin', async () => {
    away.start({ name, durationMs: 0, response: packStruct({ from: 'away' }) });
    redirect(`${await listen(away)}/v1/${name}`);
    expect(await waitInPage()).toMatchObject({ response: { json: { value: { from: 'away' } } } });
  });

  it('is followed within an origin', async () => {
    home.start({ name: 'operations/b', durationMs: 0, response: packStruct({ from: 'home' }) });
    home.injectFault({
      method: 'getOperation',
      name,
      http: { status: 307, headers: { location: '/v1/operations/b' } },
    });
    home.injectFault({
      method: 'getOperation',
      name,
      http: { status: 307, headers: { location: '/v1/operations/b' } },
    });
    expect(await waitInPage()).toMatchObject({ response: { json: { value: { from: 'home' } } } });
  });

  it('fails at once with a header that no other origin may see, which is sent there by nothing', async () => {
    redirect(`${await listen(away)}/v1/${name}`);
    const { error } = await waitInPage({ 'x-api-secret': 'hunter2' });
    expect(error).toMatchObject({ rpcCode: 'FAILED_PRECONDITION', attempts: 1 });
    expect(error?.message).toContain('redirect');
    expect(error?.message).toContain("'x-api-secret'");
    expect(error?.message).not.toContain('hunter2');
    expect(home.calls).toHaveLength(1);
    expect(away.calls).toEqual([]);
  });

  it('fails at once where the page may not read the target, such as a login', async () => {
    redirect(`${await listen(away, false)}/login`);
    const { error } = await waitInPage();
    expect(error).toMatchObject({ rpcCode: 'FAILED_PRECONDITION', attempts: 1 });
    expect(error?.message).toContain('login');
    expect(error?.message).toContain('CORS');
  });

  it('of a cancellation fails at once', async () => {
    redirect('/v1/operations/b:cancel', 'cancelOperation');
    const page = await pages.open();
    const outcome = await page.evaluate(
      async ({ apiEndpoint, name }) => {
        const { OperationsClient, outcomeOf, restTransport } = globalThis as unknown as PageScope;
        const client = new OperationsClient({ transport: restTransport({ apiEndpoint }) });
        return outcomeOf(client.cancelOperation({ name }));
      },
      { apiEndpoint: await listen(home), name },
    );
    expect(outcome.error).toMatchObject({ rpcCode: 'FAILED_PRECONDITION', attempts: 1 });
    expect(outcome.error?.message).toContain('POST');
    expect(home.calls).toHaveLength(1);
  });

  it("fails at once where a function of customOperations() throws it as fetch's response", async () => {
    redirect(`${await listen(away)}/v1/${name}`);
    const page = await pages.open();
    const outcome = await page.evaluate(
      async ({ url, name }) => {
        const { customOperations, outcomeOf } = globalThis as unknown as PageScope;
        const get = async (): Promise<object> => {
          const response = await fetch(url, { redirect: 'manual' });
          if (!response.ok) throw response;
          return (await response.json()) as object;
        };
        return outcomeOf(customOperations({ get }).poller(name).promise());
      },
      { url: `${await listen(home)}/v1/${name}`, name },
    );
    expect(outcome.error).toMatchObject({ rpcCode: 'FAILED_PRECONDITION', attempts: 1 });
    expect(outcome.error?.message).toContain('redirect');
  });
});
