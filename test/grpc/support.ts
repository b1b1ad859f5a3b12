import { afterEach } from '@jest/globals';
import gax from 'google-gax';
import type { RequestError } from '../../src/errors.js';
import { grpcTransport, type GrpcTransportOptions } from '../../src/grpc/index.js';
import type { OperationsTransport } from '../../src/transport.js';
import { encodeOperation } from '../../src/wire/messages.js';
import { startGrpcServer, type GrpcServer } from '../support/grpc-server.js';

export const { grpc } = gax;
const sslCreds = grpc.credentials.createInsecure();
export const name = 'projects/p/operations/1';
export const running = encodeOperation({ name, done: false });

/** What to close after the running test, the last opened first. */
export const toClose: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of toClose.splice(0)) await close();
});

export async function serve(...handlers: Parameters<typeof startGrpcServer>): Promise<GrpcServer> {
  const server = await startGrpcServer(...handlers);
  toClose.unshift(() => server.close());
  return server;
}

export function connect(port: number, options: Partial<GrpcTransportOptions> = {}): Required<OperationsTransport> {
  const transport = grpcTransport({ apiEndpoint: `127.0.0.1:${port}`, sslCreds, ...options });
  toClose.unshift(() => transport.close());
  return transport as Required<OperationsTransport>;
}

/** The error that a promise rejects with. */
export const caught = (promise: Promise<unknown>): Promise<RequestError> =>
  promise.then(
    () => Promise.reject(new Error('did not reject')),
    (error: unknown) => error as RequestError,
  );
