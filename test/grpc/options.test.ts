import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { grpcTransport } from '../../src/grpc/index.js';
import { encodeOperation } from '../../src/wire/messages.js';
import { grpc, name, running, serve, connect, caught } from './support.js';

describe('options', () => {
  it.each(['', 'https://a.com', 'a.com/v1', 'a.com:', 'a.com:0', 'a.com:70000', 'a b', 'u@a.com', '::1', 5, undefined])(
    'grpcTransport() throws for the apiEndpoint %j',
    (apiEndpoint) => expect(() => grpcTransport({ apiEndpoint } as never)).toThrow(TypeError),
  );

  it.each(['speech.googleapis.com', 'localhost:9010', '127.0.0.1:1', '[::1]:80', 'a_b'])(
    'grpcTransport() takes %j for apiEndpoint and shows it',
    (apiEndpoint) => expect(grpcTransport({ apiEndpoint }).apiEndpoint).toBe(apiEndpoint),
  );

  it('grpcTransport() passes channel options to grpc-js', async () => {
    const server = await serve({ GetOperation: () => encodeOperation({ name: 'x'.repeat(2000), done: false }) });
    const transport = connect(server.port, { grpcOptions: { 'grpc.max_receive_message_length': 1000 } });
    const error = await caught(transport.getOperation({ name }, {}));
    expect(error).toMatchObject({ rpcCode: 11, origin: 'transport' });
  });

  it('getOperation() rejects if sslCreds are invalid', async () => {
    const error = await caught(connect(1, { sslCreds: {} as never }).getOperation({ name }, {}));
    expect(error).toMatchObject({ code: 'LRO_REQUEST_FAILED', rpcCode: 9, origin: 'transport' });
    expect(error.message).toContain('sslCreds');
  });
});

describe('TLS', () => {
  const file = (of: string): Buffer => readFileSync(new URL(`../fixtures/tls/${of}.pem`, import.meta.url));
  const secure = () => {
    const pair = { cert_chain: file('cert'), private_key: file('key') };
    return serve({ GetOperation: () => running }, grpc.ServerCredentials.createSsl(null, [pair]));
  };

  it('getOperation() uses TLS with the certificates of sslCreds', async () => {
    const server = await secure();
    const apiEndpoint = `localhost:${server.port}`;
    const transport = connect(0, { apiEndpoint, sslCreds: grpc.credentials.createSsl(file('cert')) });
    expect(await transport.getOperation({ name }, {})).toEqual({ name, done: false });
  });

  it('getOperation() rejects an untrusted certificate, and sends no credentials', async () => {
    const server = await secure();
    let asked = 0;
    const authClient = { getRequestHeaders: () => Promise.resolve({ authorization: `Bearer ${++asked}` }) };
    const transport = connect(0, { apiEndpoint: `localhost:${server.port}`, sslCreds: undefined, authClient });
    expect(await caught(transport.getOperation({ name }, {}))).toMatchObject({ rpcCode: 9, origin: 'transport' });
    expect(server.calls).toHaveLength(0);
    expect(asked).toBe(0);
  });
});
