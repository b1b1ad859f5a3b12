// Responses over HTTP/2 that are not of gRPC: those of a proxy, or of another server.
import { createServer, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import gax from 'google-gax';
import { grpcTransport } from '../../src/grpc/index.js';
import { Code, OperationsClient, type RequestError } from '../../src/index.js';
import { useCleanups } from '../support/cleanups.js';
import { fetchOf } from '../support/http-ways.js';
import { restTransport } from '../../src/rest/index.js';

const name = 'operations/a';
const toClose = useCleanups();

async function failureOver(onStream: (stream: ServerHttp2Stream) => void): Promise<RequestError> {
  const server = createServer();
  server.on('stream', (stream) => {
    stream.on('error', () => undefined);
    onStream(stream);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  toClose.push(() => server.close());
  const { port } = server.address() as AddressInfo;
  const sslCreds = gax.grpc.credentials.createInsecure();
  const transport = grpcTransport({ apiEndpoint: `127.0.0.1:${port}`, sslCreds });
  const client = new OperationsClient({ transport });
  toClose.push(() => client.close());
  return client
    .poller(name, undefined, { retry: { maxAttempts: 1 } })
    .promise()
    .then(
      () => Promise.reject(new Error('it succeeded')),
      (error: unknown) => error as RequestError,
    );
}

const page = (status: number) => (stream: ServerHttp2Stream) => {
  stream.respond({ ':status': status, 'content-type': 'text/html' });
  stream.end('<html></html>');
};

describe('the page of a proxy over gRPC', () => {
  it.each([400, 401, 403, 405, 408, 409, 413, 421, 423, 425, 429, 431, 500, 501, 502, 503, 504, 524])(
    'with HTTP %d has the code that it has over REST',
    async (httpStatus) => {
      const error = await failureOver(page(httpStatus));
      const transport = restTransport({ apiEndpoint: 'h.test', fetch: fetchOf([httpStatus, '<html></html>']) });
      const rest = (await transport.getOperation({ name }, {}).catch((reason: unknown) => reason)) as RequestError;
      expect(error).toMatchObject({ rpcCode: rest.rpcCode, origin: 'transport', httpStatus });
      expect(error.status.message).toContain(`Received HTTP status code ${httpStatus}`);
    },
  );

  it('with HTTP 404 is a server without the service', async () => {
    expect(await failureOver(page(404))).toMatchObject({ rpcCode: Code.UNIMPLEMENTED, httpStatus: 404 });
  });

  it('with HTTP 200 is named as no response of gRPC', async () => {
    const error = await failureOver(page(200));
    expect(error).toMatchObject({ rpcCode: Code.INTERNAL, origin: 'transport' });
    expect(error.message).toContain('check the host and the port: the server may not be one of gRPC');
  });
});

it.each([
  [12, 'the server demands a newer version of TLS'],
  [13, 'the server demands HTTP/1.1'],
])('A stream that is reset with code %d is final', async (code, problem) => {
  const error = await failureOver((stream) => stream.close(code));
  expect(error).toMatchObject({ rpcCode: Code.FAILED_PRECONDITION, origin: 'transport' });
  expect(error.message).toContain(problem);
});
