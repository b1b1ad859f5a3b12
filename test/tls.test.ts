// A server with an untrusted certificate: retries would not help, and ten minutes of them would hide the reason.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, it } from '@jest/globals';
import gax from 'google-gax';
import { grpcTransport } from '../src/grpc/index.js';
import { Code, OperationsClient, type OperationsTransport, type RequestError } from '../src/index.js';
import { restTransport } from '../src/rest/index.js';

const pem = (name: string): Buffer => readFileSync(new URL(`fixtures/tls/${name}.pem`, import.meta.url));
const [key, cert] = [pem('key'), pem('cert')];
const { GoogleAuth, PassThroughClient } = gax.googleAuthLibrary;
const closing: (() => unknown)[] = [];
afterAll(async () => {
  for (const close of closing) await close();
});

async function overRest(): Promise<OperationsTransport> {
  const server = createServer({ key, cert }, (_, response) => response.end('{}'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close());
  return restTransport({
    apiEndpoint: `localhost:${(server.address() as AddressInfo).port}`,
    auth: () => Promise.resolve({}),
  });
}

async function overGrpc(): Promise<OperationsTransport> {
  const server = new gax.grpc.Server();
  const credentials = gax.grpc.ServerCredentials.createSsl(null, [{ private_key: key, cert_chain: cert }]);
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', credentials, (error, bound) => (error ? reject(error) : resolve(bound))),
  );
  closing.push(() => server.forceShutdown());
  const auth = new GoogleAuth({ authClient: new PassThroughClient() });
  return grpcTransport({
    apiEndpoint: `localhost:${port}`,
    auth: auth,
    sslCreds: gax.grpc.credentials.createSsl(),
  });
}

describe('getOperation() of a server whose certificate is not trusted', () => {
  it.each([
    ['REST', overRest],
    ['gRPC', overGrpc],
  ])('fails at once over %s, with the reason', async (_, open) => {
    const client = new OperationsClient({ transport: await open() });
    closing.push(() => client.close());
    const error = await client.getOperation({ name: 'operations/1' }).then(
      () => undefined,
      (reason: unknown) => reason as RequestError,
    );
    expect(error).toMatchObject({
      code: 'LRO_REQUEST_FAILED',
      rpcCode: Code.FAILED_PRECONDITION,
      origin: 'transport',
      attempts: 1,
      message: expect.stringMatching(/certificate|CERT/),
    });
  });
});
