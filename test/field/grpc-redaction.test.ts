// No error over gRPC repeats a credential of its request, wherever the server echoes it.
import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import gax from 'google-gax';
import { customOperations } from '../../src/custom/index.js';
import { grpcTransport } from '../../src/grpc/index.js';
import { encodeListResponse, encodeOperation, encodeStatus } from '../../src/wire/messages.js';
import { useCleanups } from '../support/cleanups.js';
import { startGrpcServer, type Reply } from '../support/grpc-server.js';

const name = 'operations/a';
const secret = 'ab+c/d.hunter2==';
const echo = `You sent: Bearer ${secret}`;
const shown = (error: unknown): string =>
  inspect(error, { depth: 20, showHidden: true, maxStringLength: null, maxArrayLength: null });
const detailsBin = encodeStatus({
  code: 7,
  message: echo,
  details: [{ typeUrl: 'x.test/a.B', value: Buffer.from(echo) }],
});

const toClose = useCleanups();

const replies: [string, Reply][] = [
  ['the message', { code: 7, details: echo }],
  ['the message, after headers', { code: 7, details: echo, afterHeaders: true }],
  ['the details', { code: 7, details: echo, trailers: { 'grpc-status-details-bin': detailsBin } }],
  ['a trailer', { code: 7, details: 'no', trailers: { 'x-echo': echo } }],
  ['the message, percent-encoded', { code: 7, details: encodeURIComponent(secret) }],
  ['the message, in base64', { code: 7, details: Buffer.from(secret).toString('base64') }],
];

describe.each(['authorization', 'X-Api-Key'])('an error of gRPC has no credential of the header %s', (header) => {
  it.each(replies)('from %s', async (_, reply) => {
    const server = await startGrpcServer({ GetOperation: () => reply });
    const transport = grpcTransport({
      apiEndpoint: `127.0.0.1:${server.port}`,
      sslCreds: gax.grpc.credentials.createInsecure(),
      headers: { [header]: header === 'authorization' ? `Bearer ${secret}` : secret },
    });
    toClose.push(
      () => server.close(),
      () => transport.close(),
    );
    const error = await transport.getOperation({ name }, {}).catch((error: unknown) => error);
    expect(error).toMatchObject({ rpcCode: 7, origin: 'service', cause: { code: 7 } });
    for (const form of [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')]) {
      expect(shown(error)).not.toContain(form);
    }
    expect(shown(error)).not.toContain('hunter2');
  });
});

it('the error of an operation has none either, in a poll and in a list, and its results are unchanged', async () => {
  const typeUrl = 'x.test/a.B';
  const metadata = { typeUrl, value: Buffer.from(echo) };
  const detail = { typeUrl, value: Buffer.from(echo) };
  const error = { code: 3, message: `${echo} or ${encodeURIComponent(secret)}`, details: [detail] } as const;
  const operation = { name: `operations/${secret}`, done: true, metadata, error };
  const server = await startGrpcServer({
    GetOperation: () => encodeOperation(operation),
    WaitOperation: () => encodeOperation(operation),
    ListOperations: () =>
      encodeListResponse({ operations: [operation, { name, done: false }], nextPageToken: secret, unreachable: [] }),
  });
  const transport = grpcTransport({
    apiEndpoint: `127.0.0.1:${server.port}`,
    sslCreds: gax.grpc.credentials.createInsecure(),
    headers: { authorization: `Bearer ${secret}` },
  });
  toClose.push(
    () => server.close(),
    () => transport.close(),
  );
  const list = await transport.listOperations({ name: 'operations' }, {});
  expect(list).toMatchObject({ nextPageToken: secret, operations: [{}, { name, done: false }] });
  const wait = transport.waitOperation!({ name, timeoutMs: 1 }, {});
  for (const received of [await transport.getOperation({ name }, {}), await wait, list.operations[0]!]) {
    expect(shown(received.error)).not.toContain('hunter2');
    expect(received).toMatchObject({ name: operation.name, error: { code: 3, message: 'You sent: *** or ***' } });
    expect(Buffer.from(received.metadata!.value!).toString()).toBe(echo);
  }
});

it('an error of grpc-js that a callback of customOperations() throws has none either', async () => {
  const metadata = { get: () => [], getMap: () => ({ echo: 'Bearer ya29.hunter2hunter2' }) };
  const thrown = Object.assign(new Error('7 PERMISSION_DENIED'), {
    code: 7,
    details: 'You sent: Bearer ya29.hunter2hunter2',
    metadata,
  });
  const transport = customOperations({ get: () => Promise.reject(thrown), done: () => false });
  const error = await transport.getOperation({ name }, {}).catch((error: unknown) => error);
  expect(error).toMatchObject({ rpcCode: 7, message: expect.stringContaining('You sent: ***') });
  expect(shown(error)).not.toContain('hunter2');
});
