// The clients that bench/chaos.ts compares.
import { grpc } from 'google-gax';
import gax from 'google-gax-6';
import {
  anyType,
  constantBackoff,
  operationInfo,
  OperationsClient,
  type Operation,
  type OperationsTransport,
} from 'longrunning';
import { grpcTransport } from 'longrunning/grpc';
import { restTransport } from 'longrunning/rest';
import type { OperationsEmulator } from 'longrunning/testing';

export type ClientName = 'longrunning, gRPC' | 'longrunning, REST' | 'google-gax, gRPC';

/** Waits for an operation and returns the type URL of its response. */
export type Wait = (name: string, limitMs: number) => Promise<string | undefined>;

/** A client that is measured. */
export interface ChaosClient {
  readonly wait: Wait;
  readonly close: () => unknown;
}

const sslCreds = grpc.credentials.createInsecure();
const pollEveryMs = 2000;
const rpcTimeoutMs = 5000;

export const clients: Record<ClientName, (port: number) => ChaosClient> = {
  'longrunning, gRPC': (port) => longrunning(grpcTransport({ apiEndpoint: `127.0.0.1:${port}`, sslCreds })),
  'longrunning, REST': (port) => longrunning(restTransport({ apiEndpoint: `http://127.0.0.1:${port}` })),
  'google-gax, gRPC': googleGax,
};

export const listen: Record<ClientName, (emulator: OperationsEmulator) => Promise<number>> = {
  'longrunning, gRPC': (emulator) => emulator.listenGrpc(),
  'longrunning, REST': (emulator) => emulator.listenHttp(),
  'google-gax, gRPC': (emulator) => emulator.listenGrpc(),
};

function longrunning(transport: OperationsTransport): ChaosClient {
  const polling = { backoff: constantBackoff(pollEveryMs), serverWait: 'never', rpcTimeoutMs } as const;
  const client = new OperationsClient({ transport, polling });
  const info = operationInfo({ response: anyType });
  return {
    wait: async (name, totalTimeoutMs) => typeUrlOf(await client.poller(name, info).pollUntilDone({ totalTimeoutMs })),
    close: () => client.close(),
  };
}

function typeUrlOf(operation: Operation<{ typeUrl: string }, unknown>): string | undefined {
  return operation.result === 'response' ? operation.response.typeUrl : undefined;
}

/** The `promise()` of google-gax, with the same pace, deadline and limit. */
function googleGax(port: number): ChaosClient {
  const { GoogleAuth, PassThroughClient } = gax.googleAuthLibrary;
  const auth = new GoogleAuth({ authClient: new PassThroughClient() }) as never;
  const options = { servicePath: '127.0.0.1', port, sslCreds: gax.grpc.credentials.createInsecure(), auth };
  const client = gax.lro(options).operationsClient(options);
  const decode = (): never => ({}) as never;
  const descriptor = new gax.LongrunningDescriptor(client, decode, decode);
  return {
    async wait(name, limitMs) {
      const backoff = gax.createBackoffSettings(pollEveryMs, 1, pollEveryMs, null, null, null, limitMs);
      const callOptions = { timeout: rpcTimeoutMs };
      const operation = gax.operation({ name, done: false } as never, descriptor, backoff, callOptions);
      await operation.promise();
      const { response } = operation.latestResponse as { response?: { type_url?: string } };
      return response?.type_url;
    },
    close: () => client.close(),
  };
}
