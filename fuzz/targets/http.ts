import fc from 'fast-check';
import { OperationsClient } from '../../src/index.js';
import { restTransport, type FetchLike, type HttpRule } from '../../src/rest/index.js';
import { grpcError } from '../../src/transports/grpc-status.js';
import { secret } from '../oracle.js';
import { target, type Target } from '../target.js';
import { anything, json, jsonText, key, misbehavior } from '../values.js';
import { statusBytes } from './wire.js';

const echo = `authorization: Bearer ${secret}`;
const latin1 = fc.string({
  unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)),
  maxLength: 40,
});
const header = fc.oneof(
  latin1,
  fc.constantFrom('5', '-1', '1e9', '99999999999999999999', 'Wed, 21 Oct 2026 07:28:00 GMT', 'never', '14', '%', echo),
  statusBytes.map((bytes) => Buffer.from(bytes).toString('base64')),
);
const headers = fc.dictionary(
  fc.constantFrom(
    ...['retry-after', 'date', 'grpc-status', 'grpc-message', 'grpc-status-details-bin', 'content-type', 'location'],
    ...['www-authenticate', 'content-length', 'server'],
  ),
  header,
);
const response = fc.record({
  status: fc.oneof(
    fc.constantFrom(200, 204, 301, 307, 400, 401, 403, 404, 409, 429, 499, 500, 502, 503, 504),
    fc.nat(999),
  ),
  headers,
  text: fc.oneof(jsonText, fc.string(), fc.constantFrom('', `<html>${echo}</html>`, `{"error":"${echo}"}`)),
});

interface FakeResponse {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly text: string;
}

const fetchOf =
  ({ status, headers, text }: FakeResponse): FetchLike =>
  () =>
    Promise.resolve({
      status,
      headers: { get: (name) => (Object.hasOwn(headers, name) ? headers[name]! : null) },
      text: () => Promise.resolve(text),
    });

function transport(fetch: FetchLike, options: { httpRules?: readonly HttpRule[] } = {}) {
  const auth = () => Promise.resolve({ authorization: `Bearer ${secret}` });
  return restTransport({ apiEndpoint: 'fuzz.example.com', auth, fetch, ...options });
}

const long = (part: Partial<FakeResponse>): FakeResponse => ({ status: 503, headers: {}, text: '', ...part });

/** Responses over HTTP and gRPC, and what requests are made of. */
export const httpTargets: readonly Target[] = [
  target(
    'HTTP responses',
    response,
    async (input) => {
      const rest = transport(fetchOf(input));
      const all = await Promise.allSettled([
        rest.getOperation({ name: 'operations/1' }, {}),
        rest.cancelOperation({ name: 'operations/1' }, {}),
        rest.listOperations({ name: 'operations' }, {}),
      ]);
      for (const one of all) if (one.status === 'rejected') throw one.reason;
    },
    [
      (length) => long({ text: '<'.repeat(length) }),
      (length) => long({ text: `<html>${' '.repeat(length)}` }),
      (length) => long({ text: `{"error":{"message":"${'a'.repeat(length)}"}}` }),
      (length) => long({ headers: { 'retry-after': '9'.repeat(length) } }),
      (length) => long({ headers: { 'grpc-message': '%'.repeat(length), 'grpc-status': '14' } }),
      (length) => long({ headers: { 'grpc-status-details-bin': 'A'.repeat(length) } }),
      (length) => long({ headers: { 'www-authenticate': 'Bearer '.repeat(length / 7) }, status: 401 }),
    ],
  ),
  target('responses of a broken fetch', misbehavior, async (misbehave) => {
    await transport(misbehave as unknown as FetchLike).getOperation({ name: 'operations/1' }, { timeoutMs: 50 });
  }),
  target(
    'statuses of gRPC',
    fc.record({ code: fc.oneof(fc.nat(20), fc.double()), details: fc.oneof(fc.string(), header), bytes: statusBytes }),
    ({ code, details, bytes }) => {
      const metadata = { get: () => [bytes], getMap: () => ({}) };
      throw grpcError({ method: 'GetOperation', name: 'operations/1' }, { code, details, metadata }, true);
    },
    [
      (length) => ({ code: 14, details: 'a'.repeat(length), bytes: new Uint8Array() }),
      (length) => ({ code: 14, details: 'read E'.repeat(length / 6), bytes: new Uint8Array() }),
    ],
  ),
  target(
    'names',
    fc.oneof(fc.string({ unit: 'binary', maxLength: 30 }), fc.webPath(), anything as fc.Arbitrary<string>),
    async (name) => {
      const urls: string[] = [];
      const rest = transport((url) => {
        urls.push(url);
        return Promise.resolve({
          status: 200,
          headers: { get: () => null },
          text: () => Promise.resolve('{"done":true}'),
        });
      });
      const client = new OperationsClient({ transport: rest });
      const [end] = await Promise.allSettled([(async () => client.poller(name).poll())()]);
      for (const url of urls) {
        const { origin, pathname, search, hash } = new URL(url);
        if (origin !== 'https://fuzz.example.com' || !pathname.startsWith('/v1/') || search + hash !== '')
          throw new Error(`the name leads to ${url}`);
      }
      if (end.status === 'rejected') throw end.reason;
    },
    [(length) => 'a/'.repeat(length / 2), (length) => '%'.repeat(length), (length) => '../'.repeat(length / 3)],
  ),
  target(
    'HTTP rules',
    fc.array(
      fc.oneof(
        anything,
        fc.record({
          selector: fc.constant('google.longrunning.Operations.GetOperation'),
          get: fc.oneof(
            fc.constantFrom('/v1/{name=**}', '/v1/{name=a/*}', '/{name', '{}', '/v1/{a={b}}', '/v1/{name=**}/**:x'),
            fc.string({ unit: fc.constantFrom('/', '{', '}', '=', '*', ':', '.', 'a', 'b'), maxLength: 12 }),
            anything,
          ),
          body: anything,
          additionalBindings: fc.oneof(anything, fc.array(json)),
        }),
      ),
      { maxLength: 3 },
    ),
    async (httpRules) => {
      const ok: FakeResponse = { status: 200, headers: {}, text: '{"name":"a/b","done":true}' };
      const rest = transport(fetchOf(ok), { httpRules: httpRules as HttpRule[] });
      await rest.getOperation({ name: 'a/b' }, {});
    },
    [
      (length) => [rule('/v1/' + '*/'.repeat(length / 2))],
      (length) => [rule('/v1/{name=' + '*/'.repeat(length / 2) + '*}')],
      (length) => [rule('{'.repeat(length))],
    ],
  ),
  target('headers of requests', fc.dictionary(key, anything as fc.Arbitrary<string>), async (headers) => {
    const ok: FakeResponse = { status: 200, headers: {}, text: '{"name":"a","done":true}' };
    await transport(fetchOf(ok)).getOperation({ name: 'a' }, { headers });
  }),
];

function rule(get: string): HttpRule {
  return { selector: 'google.longrunning.Operations.GetOperation', get };
}
