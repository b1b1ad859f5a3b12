import { AgentsClient } from '@google-cloud/dialogflow-cx';
import { afterEach, describe, expect, test } from '@jest/globals';
import * as gax from 'google-gax';
import { pollerFrom } from 'longrunning/gax';
import { OperationsEmulator } from 'longrunning/testing';
import { agentsClient, noAuth } from '../gax/agents.js';

const name = 'projects/p/locations/l/operations/o';
const paths = [
  '/google.cloud.dialogflow.cx.v3.Agents/ExportAgent',
  'POST /v3/{name=projects/*/locations/*/agents/*}:export',
];

const cleanups: (() => PromiseLike<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

describe.each(['gRPC', 'REST'])("the token of a generated client's operation over %s", (wire) => {
  test('has the host before the first poll', async () => {
    const emulator = new OperationsEmulator();
    cleanups.push(() => emulator.close());
    for (const path of paths) emulator.handle(path, () => emulator.start({ name, durationMs: Infinity }));
    const agents =
      wire === 'gRPC'
        ? agentsClient(await emulator.listenGrpc())
        : agentsClient(await emulator.listenHttp(), { fallback: true, protocol: 'http' });
    cleanups.push(() => agents.close());
    const [operation] = await agents.exportAgent({ name: 'projects/p/locations/l/agents/a' });
    const poller = pollerFrom(operation);
    await Promise.resolve();
    expect(poller.toJSON()).toMatchObject({ name, apiEndpoint: '127.0.0.1' });
    expect(emulator.calls.filter(({ method }) => method === 'getOperation')).toEqual([]);
  });

  test('has the default host at once', async () => {
    const options = { auth: noAuth(), ...(wire === 'REST' && { fallback: true }) };
    const agents = new AgentsClient(options as never, gax);
    cleanups.push(() => agents.close());
    const operation = {
      latestResponse: { name },
      longrunningDescriptor: {
        operationsClient: agents.operationsClient,
        responseDecoder: () => ({}),
        metadataDecoder: () => ({}),
      },
      promise: () => Promise.reject(new Error('not called')),
    };
    await agents.initialize();
    expect(pollerFrom(operation as never).toJSON()).toMatchObject({ apiEndpoint: 'dialogflow.googleapis.com' });
  });
});
