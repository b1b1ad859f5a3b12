import { createConnectTransport, createGrpcWebTransport } from '@connectrpc/connect-web';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { createRouterTransport } from '@connectrpc/connect';
import { expectTypeOf } from 'expect-type';
import { connectTransport } from '../../src/connect/index.js';
import type { OperationsTransport } from '../../src/index.js';

// Every transport of Connect fits.
const baseUrl = 'https://api.example.com';
expectTypeOf(connectTransport(createConnectTransport({ baseUrl }))).toEqualTypeOf<OperationsTransport>();
connectTransport(createGrpcWebTransport({ baseUrl }));
connectTransport(createGrpcTransport({ baseUrl }), { apiEndpoint: 'api.example.com', headers: { 'x-tenant': 'a' } });
connectTransport(createRouterTransport(() => undefined));
// @ts-expect-error not a transport of Connect
connectTransport({ baseUrl });
// @ts-expect-error no such option
connectTransport(createConnectTransport({ baseUrl }), { url: baseUrl });
