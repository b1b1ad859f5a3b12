import { describe, expect, it } from '@jest/globals';
import { restTransport } from '../../src/rest/index.js';
import { track, useVirtualTime } from '../support/virtual-time.js';

describe('waitOperation() of restTransport(), called directly', () => {
  const advance = useVirtualTime();
  const selector = 'google.longrunning.Operations.WaitOperation';

  it.each([
    [300_000, 310_000],
    [1_000, 60_000],
  ])('with a time limit of %d ms has a deadline of %d ms', async (timeoutMs, deadlineMs) => {
    const fetch = () => new Promise<never>(() => undefined);
    const httpRules = [{ selector, post: '/v1/{name=**}:wait', body: '*' }];
    const transport = restTransport({ apiEndpoint: 'h.test', httpRules, fetch });
    const call = track(transport.waitOperation!({ name: 'operations/a', timeoutMs }, {}));
    await advance(deadlineMs - 1);
    expect(call).toEqual({});
    await advance(1);
    expect(call).toMatchObject({ error: { rpcCode: 4 }, settledAtMs: deadlineMs });
  });
});
