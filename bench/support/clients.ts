// How each client waits for one operation. Each starts from the response of the call that started the operation, and uses
// its defaults.
import { createHttpPoller } from '@azure/core-lro';
import { createWaiter, WaiterState } from '@smithy/util-waiter';
import gax from 'google-gax-6';
import {
  exponentialBackoff,
  OperationsClient,
  type DurationHistory,
  type OperationsTransport,
  type PollingOptions,
  type RawOperation,
} from 'longrunning';
import { durationHistory } from 'longrunning/history';
import type { ScriptedOperation } from './scripted-operations.js';

export type WaitFor = (operation: ScriptedOperation) => Promise<unknown>;

const name = 'operations/bench';

function raw({ done, progress }: { done: boolean; progress?: number | undefined }): RawOperation {
  const typeUrl = 'type.googleapis.com/bench.Metadata';
  const metadata = { typeUrl, json: { '@type': typeUrl, progressPercent: Math.round((progress ?? 0) * 100) } };
  return { name, done, ...(progress !== undefined && { metadata }), ...(done && { response: { typeUrl: '' } }) };
}

function transportTo(operation: ScriptedOperation, hasWaits: boolean): OperationsTransport {
  const unused = (): Promise<never> => Promise.reject(new Error('not part of this benchmark'));
  return {
    getOperation: async () => raw(await operation.get()),
    ...(hasWaits && { waitOperation: async ({ timeoutMs }) => raw(await operation.wait(timeoutMs)) }),
    listOperations: unused,
    cancelOperation: unused,
    deleteOperation: unused,
    close: () => Promise.resolve(),
  };
}

function longrunning(options?: PollingOptions, hasWaits = false): WaitFor {
  return (operation) => {
    const client = new OperationsClient({ transport: transportTo(operation, hasWaits) });
    const started = raw({ done: false, progress: operation.script.progressAt?.(0) });
    return client.poller(started, undefined, options).promise();
  };
}

const backoffSettings = gax.createDefaultBackoffSettings();
const empty = new Uint8Array(0);

/** A loop as programs have it: waits, then sends a request. */
function fixedLoop(intervalMs: number): WaitFor {
  return async (operation) => {
    do await new Promise((resolve) => setTimeout(resolve, intervalMs));
    while (!(await operation.get()).done);
  };
}

/** Polls with an expectation of so many times the median of the durations. */
export function expecting(expectedMs: number): WaitFor {
  return longrunning({ expectedMs });
}

/** Polls with a history of 20 operations. */
export function withHistory(pastMs: readonly number[]): WaitFor {
  const history = durationHistory();
  pastMs.forEach((ms, index) => history.record('bench', { beganAtMs: index, runningAtMs: ms, doneAtMs: ms }));
  // Ends that the operations of the benchmark add would make each draw easier than the one before.
  const frozen = { ...methodsOf(history), record: () => undefined };
  return longrunning({ history: frozen, historyKey: 'bench' });
}

function methodsOf(history: DurationHistory): DurationHistory {
  return {
    begin: (...args) => history.begin(...args),
    record: (...args) => history.record(...args),
    estimate: (...args) => history.estimate(...args),
  };
}

export const clients = {
  longrunning: longrunning(),
  'longrunning, uncapped 10 %': longrunning({
    backoff: exponentialBackoff({ initialDelayMs: 1000, multiplier: 1.1, maxDelayMs: Infinity }),
  }),
  'longrunning, server waits': longrunning({}, true),

  'every 2 s': fixedLoop(2000),
  'every 5 s': fixedLoop(5000),
  'every 10 s': fixedLoop(10_000),

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
    const response = (status: string) => ({
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
      sendPollRequest: async () => response((await operation.get()).done ? 'Succeeded' : 'Running') as never,
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
