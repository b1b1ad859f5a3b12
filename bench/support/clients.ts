// How each client waits for one operation. All begin with the answer of the call that started it, and wait as they do
// by default.
import { createHttpPoller } from '@azure/core-lro';
import { createWaiter, WaiterState } from '@smithy/util-waiter';
import gax from 'google-gax';
import {
  exponentialBackoff,
  OperationsClient,
  type OperationsTransport,
  type PollingOptions,
  type RawOperation,
} from 'longrunning';
import type { ScriptedOperation } from './scripted-operations.js';

export type WaitFor = (operation: ScriptedOperation) => Promise<unknown>;

const name = 'operations/bench';

function raw({ done, progress }: { done: boolean; progress?: number | undefined }): RawOperation {
  const typeUrl = 'type.googleapis.com/bench.Metadata';
  const metadata = { typeUrl, json: { '@type': typeUrl, progressPercent: Math.round((progress ?? 0) * 100) } };
  return { name, done, ...(progress !== undefined && { metadata }), ...(done && { response: { typeUrl: '' } }) };
}

function transportTo(operation: ScriptedOperation, waits: boolean): OperationsTransport {
  const never = (): Promise<never> => Promise.reject(new Error('not a part of this bench'));
  return {
    getOperation: async () => raw(await operation.get()),
    ...(waits && { waitOperation: async ({ timeoutMs }) => raw(await operation.wait(timeoutMs)) }),
    listOperations: never,
    cancelOperation: never,
    deleteOperation: never,
    close: () => Promise.resolve(),
  };
}

function ours(options?: PollingOptions, waits = false): WaitFor {
  return (operation) => {
    const client = new OperationsClient({ transport: transportTo(operation, waits) });
    const started = raw({ done: false, progress: operation.script.progressAt?.(0) });
    return client.poller(started, undefined, options).promise();
  };
}

const backoffSettings = gax.createDefaultBackoffSettings();
const empty = new Uint8Array(0);

export const clients = {
  longrunning: ours(),
  'longrunning, uncapped 10 %': ours({
    backoff: exponentialBackoff({ initialDelayMs: 1000, multiplier: 1.1, maxDelayMs: Infinity }),
  }),
  'longrunning, server waits': ours({}, true),

  'google-gax': (operation) => {
    const operationsClient = {
      getOperationInternal: async () => [await gaxOperation(operation)],
    } as never;
    const descriptor = new gax.LongrunningDescriptor(
      operationsClient,
      () => ({}) as never,
      () => ({}) as never,
    );
    return gax.operation({ name, done: false } as never, descriptor, backoffSettings).promise();
  },

  '@azure/core-lro': (operation) => {
    const answer = (status: string) => ({
      flatResponse: { status },
      rawResponse: { statusCode: 200, headers: {}, body: { status, properties: { provisioningState: status } } },
    });
    return createHttpPoller({
      sendInitialRequest: () =>
        Promise.resolve({
          flatResponse: {},
          rawResponse: {
            statusCode: 202,
            headers: { 'operation-location': 'https://bench.invalid/operations/1' },
            body: {},
            request: { method: 'POST', url: 'https://bench.invalid/things' } as never,
          },
        } as never),
      sendPollRequest: async () => answer((await operation.get()).done ? 'Succeeded' : 'Running') as never,
    }).pollUntilDone();
  },

  '@smithy/util-waiter': (operation) =>
    createWaiter({ client: {}, maxWaitTime: 90 * 86_400, minDelay: 2, maxDelay: 120 }, {}, async () => {
      const { done } = await operation.get();
      return { state: done ? WaiterState.SUCCESS : WaiterState.RETRY };
    }),
} satisfies Record<string, WaitFor>;

async function gaxOperation(operation: ScriptedOperation): Promise<object> {
  const { done } = await operation.get();
  return done ? { name, done, result: 'response', response: { value: empty } } : { name, done };
}
