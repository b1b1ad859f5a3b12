// Credentials that the server no longer accepts in the middle of a wait.
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import gax from 'google-gax';
import { grpcTransport, type AuthClientLike } from '../../src/grpc/index.js';
import { Code, OperationsClient, type OperationsTransport, type RequestError } from '../../src/index.js';
import { restTransport, type FetchLike } from '../../src/rest/index.js';
import { encodeOperation } from '../../src/wire/messages.js';
import { startGrpcServer, type GrpcServer, type Reply } from '../support/grpc-server.js';

const { grpc } = gax;
const name = 'operations/a';
const pem = (of: string): Buffer => readFileSync(new URL(`../fixtures/tls/${of}.pem`, import.meta.url));

/** A service that accepts one token, and how to reach it. */
interface Service {
  accepted: string;
  /** The credentials of the requests that it got. */
  readonly seen: (string | undefined)[];
  connect(authClient: AuthClientLike): OperationsTransport;
}

const toClose: (() => unknown)[] = [];
beforeEach(() => {
  const createSsl = grpc.credentials.createSsl.bind(grpc.credentials);
  jest.spyOn(grpc.credentials, 'createSsl').mockImplementation(() => createSsl(pem('cert')));
});
afterEach(async () => {
  for (const close of toClose.splice(0).reverse()) await close();
  jest.restoreAllMocks();
});

const refusal = (token: string | undefined): string => `${String(token)} has expired`;

async function grpcService(): Promise<Service> {
  const reply = (): Reply => {
    const token = server.calls.at(-1)?.headers.authorization;
    service.seen.push(token);
    if (token === service.accepted) return encodeOperation({ name, done: service.seen.length > 3 });
    return { code: Code.UNAUTHENTICATED, details: refusal(token) };
  };
  const pair = { cert_chain: pem('cert'), private_key: pem('key') };
  const credentials = grpc.ServerCredentials.createSsl(null, [pair]);
  const handlers = { GetOperation: reply, WaitOperation: reply, ListOperations: reply, CancelOperation: reply };
  const server: GrpcServer = await startGrpcServer(handlers, credentials);
  toClose.push(() => server.close());
  const service: Service = {
    accepted: 'Bearer first',
    seen: [],
    connect: (authClient) => grpcTransport({ apiEndpoint: `localhost:${server.port}`, authClient }),
  };
  return service;
}

/** As if OpenTelemetry's instrumentation of grpc-js were there. */
function instrumentedService(): Promise<Service> {
  const { prototype } = grpc.Client;
  const original = Object.getOwnPropertyDescriptor(prototype, 'makeUnaryRequest') as PropertyDescriptor;
  toClose.push(() => Object.defineProperty(prototype, 'makeUnaryRequest', original));
  const { makeUnaryRequest } = prototype as unknown as { makeUnaryRequest: (...call: unknown[]) => unknown };
  const wrapped = function (this: unknown, ...call: unknown[]): unknown {
    return makeUnaryRequest.apply(this, call);
  };
  prototype.makeUnaryRequest = Object.assign(wrapped, { __wrapped: true }) as typeof prototype.makeUnaryRequest;
  return grpcService();
}

function restService(): Promise<Service> {
  const fetch: FetchLike = (_, { headers }) => {
    const token = headers.authorization;
    service.seen.push(token);
    const isAccepted = token === service.accepted;
    const error = { code: 401, status: 'UNAUTHENTICATED', message: refusal(token) };
    const body = isAccepted ? { name, done: service.seen.length > 3 } : { error };
    return Promise.resolve(Response.json(body, { status: isAccepted ? 200 : 401 }));
  };
  const service: Service = {
    accepted: 'Bearer first',
    seen: [],
    connect: (auth) => restTransport({ apiEndpoint: 'h.test', auth, fetch }),
  };
  return Promise.resolve(service);
}

function clientOf(transport: OperationsTransport): OperationsClient {
  const client = new OperationsClient({ transport, polling: { backoff: () => 1, serverWait: 'never' } });
  toClose.push(() => client.close());
  return client;
}

const failureOf = (result: Promise<unknown>): Promise<RequestError> =>
  result.then(
    () => Promise.reject(new Error('it succeeded')),
    (error: unknown) => error as RequestError,
  );

describe.each([
  ['gRPC', grpcService],
  ['an instrumented gRPC', instrumentedService],
  ['REST', restService],
] as const)('A 401 in the middle of a wait over %s', (_, start) => {
  it('is followed by one more attempt at once, if the auth client has other credentials by then', async () => {
    const service = await start();
    let token = 'Bearer first';
    const client = clientOf(service.connect({ getRequestHeaders: () => ({ authorization: token }) }));
    await client.getOperation({ name });
    service.accepted = 'Bearer second';
    const getRequestHeaders = (): { authorization: string } => {
      const authorization = token;
      token = 'Bearer second';
      return { authorization };
    };
    const renewing = clientOf(service.connect({ getRequestHeaders }));
    const operation = await renewing.poller(name).pollUntilDone();
    expect(operation.result).toBe('response');
    expect(service.seen.slice(0, 3)).toEqual(['Bearer first', 'Bearer first', 'Bearer second']);
  });

  it('is followed by one for each call that meets it, whichever RPC it is', async () => {
    const service = await start();
    service.accepted = 'Bearer new';
    let count = 0;
    // A new one for each second request.
    const getRequestHeaders = () => ({ authorization: count++ % 3 === 0 ? 'Bearer old' : 'Bearer new' });
    const client = clientOf(service.connect({ getRequestHeaders }));
    await client.getOperation({ name });
    expect(service.seen).toEqual(['Bearer old', 'Bearer new']);
    if (count % 3 !== 0) count = 3;
    await client.cancelOperation({ name });
    expect(service.seen).toEqual(['Bearer old', 'Bearer new', 'Bearer old', 'Bearer new']);
  });

  it('is final if they are the same, and shows no token', async () => {
    const service = await start();
    const getRequestHeaders = jest.fn(() => ({ authorization: 'Bearer opaque-s3cret' }));
    const client = clientOf(service.connect({ getRequestHeaders }));
    const error = await failureOf(client.poller(name).promise());
    expect(error).toMatchObject({ rpcCode: Code.UNAUTHENTICATED, origin: 'service', attempts: 1 });
    expect(error.message).toContain('*** has expired');
    expect(error.message).not.toContain('s3cret');
    expect(service.seen).toHaveLength(1);
    expect(getRequestHeaders).toHaveBeenCalledTimes(2);
  });

  it('is final after the second attempt, whatever the auth client has then', async () => {
    const service = await start();
    let count = 0;
    const client = clientOf(service.connect({ getRequestHeaders: () => ({ authorization: `Bearer ${++count}000` }) }));
    const error = await failureOf(client.poller(name).promise());
    expect(error).toMatchObject({ rpcCode: Code.UNAUTHENTICATED, origin: 'service', attempts: 1 });
    expect(service.seen).toHaveLength(2);
  });

  it('says why there are no other credentials', async () => {
    const service = await start();
    let count = 0;
    const getRequestHeaders = () => {
      if (count++ > 0) throw new Error('invalid_grant: s3cret');
      return { authorization: 'Bearer old' };
    };
    const client = clientOf(service.connect({ getRequestHeaders }));
    const error = await failureOf(client.poller(name).promise());
    expect(error).toMatchObject({ rpcCode: Code.UNAUTHENTICATED, origin: 'transport', attempts: 1 });
    expect(error.message).toMatch(/Cannot get credentials.*: invalid_grant/);
    expect(error.message).not.toContain('s3cret');
  });

  it('ends with its deadline, an abort or the transport, also while the auth client is asked', async () => {
    const service = await start();
    const hanging = (): OperationsTransport => {
      let count = 0;
      const getRequestHeaders = () => {
        if (count++ > 0) return new Promise<never>(() => undefined);
        return Promise.resolve({ authorization: 'Bearer old' });
      };
      const transport = service.connect({ getRequestHeaders });
      toClose.push(() => transport.close());
      return transport;
    };
    const timeoutMs = 300;
    expect(await failureOf(hanging().getOperation({ name }, { timeoutMs }))).toMatchObject({
      rpcCode: Code.DEADLINE_EXCEEDED,
    });
    const signal = AbortSignal.timeout(timeoutMs);
    expect(await failureOf(hanging().getOperation({ name }, { signal }))).toBe(signal.reason);
    const transport = hanging();
    setTimeout(() => void transport.close(), timeoutMs);
    expect(await failureOf(transport.getOperation({ name }, {}))).toMatchObject({ rpcCode: Code.CANCELLED });
  });
});
