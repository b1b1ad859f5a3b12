// The clients of the soak over a wire. Each waits for an operation and returns how it ended, as in `endingOf()`.
import { createHttpPoller } from '@azure/core-lro';
import { createWaiter, WaiterState } from '@smithy/util-waiter';
import gax from 'google-gax';
import { grpcTransport } from '../src/grpc/index.js';
import {
  Code,
  constantBackoff,
  OperationsClient,
  type CompletedOperation,
  type OperationsTransport,
} from '../src/index.js';
import { restTransport } from '../src/rest/index.js';
import { nameOf } from './operations.js';

export type Wire = 'grpc' | 'rest';

/** Waits for an operation. */
export type Wait = (index: number) => Promise<string>;

/** A client that is measured. */
export interface WireClient {
  readonly wait: Wait;
  readonly close?: () => unknown;
}

const pollEveryMs = 2000;

/** The deadline of a request of the other clients; that of this package adapts. */
const defaultTimeoutMs = 60_000;
const sslCreds = gax.grpc.credentials.createInsecure();

/** The clients by name, and the wire of each; undefined: both. */
export const wireClients: Record<
  string,
  { readonly wire?: Wire; readonly open: (port: number, wire: Wire, rpcTimeoutMs?: number) => WireClient }
> = {
  longrunning: { open: (port, wire, rpcTimeoutMs) => longrunning(transports[wire](port), rpcTimeoutMs) },
  'google-gax': { wire: 'grpc', open: (port, _, rpcTimeoutMs) => googleGax(port, rpcTimeoutMs) },
  '@azure/core-lro': {
    wire: 'rest',
    open: (port, _, rpcTimeoutMs) => ({ wait: (index) => coreLro(port, index, rpcTimeoutMs) }),
  },
  '@smithy/util-waiter': {
    wire: 'rest',
    open: (port, _, rpcTimeoutMs) => ({ wait: (index) => utilWaiter(port, index, rpcTimeoutMs) }),
  },
};

const transports: Record<Wire, (port: number) => OperationsTransport> = {
  grpc: (port) => grpcTransport({ apiEndpoint: `127.0.0.1:${port}`, sslCreds }),
  rest: (port) => restTransport({ apiEndpoint: `http://127.0.0.1:${port}` }),
};

function longrunning(transport: OperationsTransport, rpcTimeoutMs?: number): WireClient {
  const polling = { backoff: constantBackoff(pollEveryMs), serverWait: 'never', rpcTimeoutMs } as const;
  const client = new OperationsClient({ transport, polling });
  return {
    wait: async (index) => endingOf(await client.poller(nameOf(index)).pollUntilDone()),
    close: () => client.close(),
  };
}

function endingOf(operation: CompletedOperation<unknown, unknown>): string {
  if (operation.result === 'error') return `error ${operation.error.message}`;
  const { value, json } = operation.raw.response ?? {};
  return `response ${value ? Buffer.from(value).toString() : String((json as { index?: number } | undefined)?.index)}`;
}

/** The `promise()` of google-gax, with the same pace and deadline. */
function googleGax(port: number, rpcTimeoutMs = defaultTimeoutMs): WireClient {
  const { GoogleAuth, PassThroughClient } = gax.googleAuthLibrary;
  const auth = new GoogleAuth({ authClient: new PassThroughClient() }) as never;
  const options = { servicePath: '127.0.0.1', port, sslCreds, auth };
  const client = gax.lro(options).operationsClient(options);
  const decode = (bytes: Buffer): never => bytes.toString() as never;
  const descriptor = new gax.LongrunningDescriptor(client, decode as never, decode as never);
  const backoff = gax.createBackoffSettings(pollEveryMs, 1, pollEveryMs, null, null, null, null);
  return {
    async wait(index) {
      const started = { name: nameOf(index), done: false } as never;
      const operation = gax.operation(started, descriptor, backoff, { timeout: rpcTimeoutMs });
      try {
        const [response] = (await operation.promise()) as [string];
        return `response ${response}`;
      } catch (error) {
        const { code, message } = error as { readonly code: number; readonly message: string };
        if (code === Code.ABORTED) return `error ${message.replace(/^\D*/, '')}`;
        throw error;
      }
    },
    close: () => client.close(),
  };
}

interface Body {
  readonly done?: boolean;
  readonly error?: { readonly message: string };
  readonly response?: { readonly index: number };
}

async function get(port: number, index: number, rpcTimeoutMs = defaultTimeoutMs): Promise<Body> {
  const signal = AbortSignal.timeout(rpcTimeoutMs);
  const response = await fetch(`http://127.0.0.1:${port}/v1/${nameOf(index)}`, { signal });
  return (await response.json()) as Body;
}

function endingOfBody({ error, response }: Body): string {
  return error ? `error ${error.message}` : `response ${response?.index}`;
}

/** A poller of @azure/core-lro, over a bare `fetch`: the retries of Azure's clients are in their HTTP pipeline. */
async function coreLro(port: number, index: number, rpcTimeoutMs?: number): Promise<string> {
  const url = `http://127.0.0.1:${port}/v1/${nameOf(index)}`;
  let last: Body = {};
  const poller = createHttpPoller(
    {
      sendInitialRequest: () =>
        Promise.resolve({
          flatResponse: {},
          rawResponse: {
            statusCode: 202,
            headers: { 'operation-location': url },
            body: {},
            request: { method: 'POST', url },
          },
        } as never),
      sendPollRequest: async () => {
        last = await get(port, index, rpcTimeoutMs);
        // A failed operation ends the wait just as well: what it ended with is in the body.
        const body = { status: last.done ? 'Succeeded' : 'Running' };
        return { flatResponse: body, rawResponse: { statusCode: 200, headers: {}, body } } as never;
      },
    },
    { intervalInMs: pollEveryMs },
  );
  await poller.pollUntilDone();
  return endingOfBody(last);
}

/** A waiter of @smithy/util-waiter, whose check treats an exception as those of the AWS SDK do: as a reason to retry. */
async function utilWaiter(port: number, index: number, rpcTimeoutMs?: number): Promise<string> {
  let last: Body = {};
  const seconds = pollEveryMs / 1000;
  await createWaiter({ client: {}, maxWaitTime: 3600, minDelay: seconds, maxDelay: seconds }, {}, async () => {
    try {
      last = await get(port, index, rpcTimeoutMs);
    } catch (reason) {
      return { state: WaiterState.RETRY, reason };
    }
    return { state: last.done ? WaiterState.SUCCESS : WaiterState.RETRY };
  });
  return endingOfBody(last);
}
