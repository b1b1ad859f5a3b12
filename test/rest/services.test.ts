import { describe, expect, it, jest } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { Code, type OperationsTransport } from '../../src/index.js';
import { restTransport, type FetchLike, type GoogleServiceOptions, type HttpRule } from '../../src/rest/index.js';
import { bindingsOf } from '../../src/rest/http-rule.js';
import { serviceRules } from '../../src/rest/service-rules.js';
import { generatedFiles } from '../../scripts/service-table.js';

interface Row {
  readonly verb: string;
  readonly path: string;
  readonly body?: string;
}
type Bindings = Record<string, Row[]>;

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const data = JSON.parse(read('scripts/data/lro-http-bindings.json')) as Record<string, Record<string, Bindings>>;

/** The data by service and version. A configuration without a version in its name has it in its paths. */
const versions = Object.entries(data).flatMap(([service, configurations]) => {
  const found = new Map<string, Bindings>();
  const named = Object.entries(configurations).sort(([a], [b]) => Number(b.includes('_v')) - Number(a.includes('_v')));
  for (const [configuration, bindings] of named) {
    const version = /_(v\d\w*)$/.exec(configuration)?.[1];
    for (const [method, rows] of Object.entries(bindings)) {
      for (const row of rows) {
        const apiVersion = version ?? row.path.split('/')[1]!;
        if (!found.has(apiVersion)) found.set(apiVersion, {});
        const known = (found.get(apiVersion)![method] ??= []);
        // IAM's configuration without a version repeats two bindings of v1beta.
        if (version !== undefined || known.every(({ path }) => path !== row.path)) known.push(row);
      }
    }
  }
  // Those of Vertex AI that are in no public reference come last.
  const isConsole = ({ path }: Row): number => Number(path.startsWith('/ui/'));
  for (const bindings of found.values()) {
    for (const rows of Object.values(bindings)) rows.sort((a, b) => isConsole(a) - isConsole(b));
  }
  return [...found].map(([apiVersion, bindings]) => ({ service, apiVersion, bindings }));
});

// An example for each wildcard, and its form in a URL.
const one = ['a%2Fb+c', 'a%252Fb%2Bc'] as const;
const many = ['d:e/f@g', 'd%3Ae/f%40g'] as const;
const fill = (pattern: string, as: 0 | 1): string =>
  pattern.replace(/\*\*?/g, (wildcard) => (wildcard === '*' ? one[as] : many[as]));

/** A name that fits a binding. */
const exampleOf = ({ path }: Row): string => fill(/\{name=(.*)\}/.exec(path)?.[1] ?? 'some/name', 0);

/** Whether a binding fits a name. */
function fits({ path }: Row, name: string): boolean {
  const pattern = /\{name=(.*)\}/.exec(path)?.[1] ?? '**';
  const source = pattern.replace(/\/?\*\*|\*/g, (w) => (w === '*' ? '[^/]+' : w === '**' ? '.*' : '(/.*)?'));
  return new RegExp(`^${source}$`).test(name);
}

/** The request that a binding makes of a name that fits it. */
function expected(row: Row, method: string, name: string): string {
  const encoded = name.split('/').map(encodeURIComponent).join('/');
  const path = row.path.replace(/\{name=.*\}/, () => encoded);
  const query = row.path.includes('{') ? [] : [`name=${encodeURIComponent(name)}`];
  const waits = method === 'WaitOperation';
  if (waits && row.body !== '*') query.push('timeout=30s');
  const body = row.body === '*' ? (waits ? '{"timeout":"30s"}' : '{}') : 'no body';
  return `${row.verb} ${path}${query.length > 0 ? `?${query.join('&')}` : ''} ${body}`;
}

/** A fetch that records the requests. */
function recorder() {
  const sent: string[] = [];
  const fetch: FetchLike = (url, { method, body = 'no body' }) => {
    sent.push(`${method} ${url} ${body}`);
    return Promise.resolve(new Response('{"name":"x","done":true}'));
  };
  return { sent, fetch };
}

async function call(transport: OperationsTransport, method: string, name: string): Promise<void> {
  if (method === 'GetOperation') await transport.getOperation({ name }, {});
  if (method === 'ListOperations') await transport.listOperations({ name }, {});
  if (method === 'CancelOperation') await transport.cancelOperation({ name }, {});
  if (method === 'DeleteOperation') await transport.deleteOperation({ name }, {});
  if (method === 'WaitOperation') await transport.waitOperation!({ name, timeoutMs: 30_000 }, {});
}

const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no failure',
    (e: unknown) => e,
  );

const allMethods = ['GetOperation', 'ListOperations', 'CancelOperation', 'DeleteOperation', 'WaitOperation'];

describe('the table of services', () => {
  it.each(generatedFiles())('has %s as `npm run services` writes it', (path, text) => {
    expect(read(path)).toBe(text);
  });

  it('has all services, versions and bindings of the data', () => {
    expect(new Set(versions.map(({ service }) => service)).size).toBe(169);
    expect(versions.length).toBe(299);
    expect(versions.flatMap(({ bindings }) => Object.values(bindings).flat()).length).toBe(3166); // two are repeated
  });

  it('gives each version exactly its bindings, in their order', () => {
    for (const { service, apiVersion, bindings } of versions) {
      const rows = Object.entries(bindingsOf(serviceRules(service, apiVersion)!)).map(([method, list]) => [
        method,
        list.map(({ httpMethod, template, body }) => [httpMethod, template.source, body]),
      ]);
      const expectedRows = Object.entries(bindings).map(([method, list]) => [
        method,
        list.map(({ verb, path, body = '' }) => [verb, path, body]),
      ]);
      expect([service, apiVersion, Object.fromEntries(rows)]).toEqual([
        service,
        apiVersion,
        Object.fromEntries(expectedRows),
      ]);
    }
  });

  it('binds GetOperation in every version', () => {
    expect(versions.filter(({ bindings }) => (bindings.GetOperation ?? []).length === 0)).toEqual([]);
  });
});

describe('each binding of the data', () => {
  it('sends its request if it is the only rule', async () => {
    const { sent, fetch } = recorder();
    const wanted: string[] = [];
    for (const { bindings } of versions) {
      for (const [method, rows] of Object.entries(bindings)) {
        for (const row of rows) {
          const { verb, path, body } = row;
          const selector = `google.longrunning.Operations.${method}`;
          const httpRules: HttpRule[] = [{ selector, [verb.toLowerCase()]: path, body }];
          await call(restTransport({ apiEndpoint: 'h.test', httpRules, fetch }), method, exampleOf(row));
          const pattern = /\{name=(.*)\}/.exec(path)?.[1];
          if (pattern !== undefined) expect(sent.at(-1)).toContain(path.replace(/\{.*\}/, () => fill(pattern, 1)));
          wanted.push(expected(row, method, exampleOf(row)).replace(' ', ' https://h.test'));
        }
      }
    }
    expect(sent).toEqual(wanted);
  });

  it('is used by its service, unless an earlier one fits the name', async () => {
    const { sent, fetch } = recorder();
    const wanted: string[] = [];
    let shadowed = 0;
    for (const { service, apiVersion, bindings } of versions) {
      const transport = restTransport({ service, apiVersion, fetch });
      for (const [method, rows] of Object.entries(bindings)) {
        for (const row of rows) {
          const name = exampleOf(row);
          const first = rows.find((candidate) => fits(candidate, name))!;
          if (first !== row) shadowed++;
          await call(transport, method, name);
          wanted.push(expected(first, method, name).replace(' ', ` https://${service}`));
        }
      }
    }
    expect(sent).toEqual(wanted);
    expect(shadowed).toBeGreaterThan(100); // Vertex AI binds most names twice, under /ui and under its version
  });

  it('is UNIMPLEMENTED without a binding of the RPC: no request is sent, no credentials are requested', async () => {
    const fetch = jest.fn<FetchLike>();
    const auth = jest.fn(() => ({}));
    let missing = 0;
    for (const { service, apiVersion, bindings } of versions) {
      const transport = restTransport({ service, apiVersion, fetch, auth });
      expect([service, apiVersion, 'waitOperation' in transport]).toEqual([
        service,
        apiVersion,
        'WaitOperation' in bindings,
      ]);
      for (const method of allMethods.slice(0, 4).filter((rpc) => !(rpc in bindings))) {
        missing++;
        const failure = await failureOf(call(transport, method, 'operations/a'));
        expect(failure).toMatchObject({
          code: 'LRO_REQUEST_FAILED',
          rpcCode: Code.UNIMPLEMENTED,
          origin: 'transport',
          method,
          operationName: 'operations/a',
          status: { message: `no HTTP rule of ${service} ${apiVersion} binds ${method}; nothing was sent` },
        });
      }
    }
    expect(missing).toBeGreaterThan(100);
    expect(fetch).not.toHaveBeenCalled();
    expect(auth).not.toHaveBeenCalled();
  });
});

describe('bindings that overlap', () => {
  it.each([
    ['documentai', 'v1', 'projects/p/locations/l/operations/o', '/v1/projects/p/locations/l/operations/o'],
    ['logging', 'v2', 'projects/p/locations/l/operations/o', '/v2/projects/p/locations/l/operations/o'],
    ['cloudbuild', 'v1', 'operations/build/p/x', '/v1/operations/build/p/x'],
  ])('are tried in the order of %s %s', async (name, apiVersion, operation, path) => {
    const { sent, fetch } = recorder();
    const service = `${name}.googleapis.com`;
    await restTransport({ service, apiVersion, fetch }).getOperation({ name: operation }, {});
    expect(sent).toEqual([`GET https://${service}${path} no body`]);
  });

  it.each([
    ['projects/p/locations/l/operations/o', '/v1/projects/p/locations/l/operations/o'],
    ['projects/p/locations/l/endpoints/e/operations/o', '/v1/projects/p/locations/l/endpoints/e/operations/o'],
    // Bound by nothing else.
    ['projects/p/locations/l/extensions/e/operations/o', '/ui/projects/p/locations/l/extensions/e/operations/o'],
  ])('are tried last where they are in no public reference: aiplatform, %s', async (operation, path) => {
    const { sent, fetch } = recorder();
    await restTransport({ service: 'aiplatform.googleapis.com', fetch }).getOperation({ name: operation }, {});
    expect(sent).toEqual([`GET https://aiplatform.googleapis.com${path} no body`]);
  });

  it('are tried in order, each with its own body', async () => {
    const { sent, fetch } = recorder();
    const httpRules: HttpRule[] = [
      {
        selector: 'google.longrunning.Operations.CancelOperation',
        post: '/first/{name=projects/*/operations/*}:cancel',
        additional_bindings: [
          { post: '/second/{name=projects/**}:cancel', body: '*' },
          { get: '/third/{name=**}:cancel' },
        ],
      },
    ];
    const transport = restTransport({ apiEndpoint: 'h.test', httpRules, fetch });
    for (const name of ['projects/p/operations/o', 'projects/p/x', 'projects', 'o']) {
      await transport.cancelOperation({ name }, {});
    }
    expect(sent.map((line) => line.replace('https://h.test', ''))).toEqual([
      'POST /first/projects/p/operations/o:cancel no body',
      'POST /second/projects/p/x:cancel {}',
      'POST /second/projects:cancel {}',
      'GET /third/o:cancel no body',
    ]);
  });
});

describe('a list', () => {
  it.each([
    ['the parent', 'dialogflow', 'v3', 'projects/p/locations/l', '/v3/projects/p/locations/l/operations'],
    [
      'what ends in /operations',
      'spanner',
      'v1',
      'projects/p/instances/i/operations',
      '/v1/projects/p/instances/i/operations',
    ],
    ['a query parameter', 'cloudfunctions', 'v1', 'operations', '/v1/operations?name=operations'],
    ['nothing', 'cloudfunctions', 'v1', '', '/v1/operations'],
    [
      'what begins with operations/',
      'bigtableadmin',
      'v2',
      'operations/projects/p',
      '/v2/operations/projects/p/operations',
    ],
    ['another collection', 'storagetransfer', 'v1', 'transferOperations', '/v1/transferOperations'],
    ['another collection', 'generativelanguage', 'v1beta', 'batches', '/v1beta/batches'],
  ])('is named by %s: %s %s', async (_, name, apiVersion, collection, path) => {
    const { sent, fetch } = recorder();
    const service = `${name}.googleapis.com`;
    const transport = restTransport({ service, apiVersion, fetch });
    await transport.listOperations({ name: collection, pageSize: 5 }, {});
    const query = path.includes('?') ? '&pageSize=5' : '?pageSize=5';
    expect(sent).toEqual([`GET https://${service}${path}${query} no body`]);
  });
});

describe('restTransport() of a service', () => {
  const service = 'dialogflow.googleapis.com';
  const name = 'projects/p/operations/o';

  it('sends to the service, or to apiEndpoint if it is set', async () => {
    const { sent, fetch } = recorder();
    const at = async (options: Partial<GoogleServiceOptions>): Promise<string | undefined> => {
      const transport = restTransport({ service, apiVersion: 'v3', fetch, ...options });
      await transport.getOperation({ name }, {});
      return transport.apiEndpoint;
    };
    expect(await at({})).toBe('dialogflow.googleapis.com');
    expect(await at({ apiEndpoint: 'us-central1-dialogflow.googleapis.com' })).toBe(
      'us-central1-dialogflow.googleapis.com',
    );
    expect(await at({ apiEndpoint: 'http://127.0.0.1:9020' })).toBe('127.0.0.1:9020');
    expect(sent).toEqual([
      `GET https://dialogflow.googleapis.com/v3/${name} no body`,
      `GET https://us-central1-dialogflow.googleapis.com/v3/${name} no body`,
      `GET http://127.0.0.1:9020/v3/${name} no body`,
    ]);
  });

  it('cancels with GET at datalabeling, as its configuration says', async () => {
    const { sent, fetch } = recorder();
    const transport = restTransport({ service: 'datalabeling.googleapis.com', apiVersion: 'v1beta1', fetch });
    await transport.cancelOperation({ name }, {});
    expect(sent).toEqual([`GET https://datalabeling.googleapis.com/v1beta1/${name}:cancel no body`]);
  });

  it('encodes the %2F in the name of an IAM policy again', async () => {
    const { sent, fetch } = recorder();
    const policy = 'policies/cloudresourcemanager.googleapis.com%2Ffolders%2F1/denypolicies/d/operations/o';
    await restTransport({ service: 'iam.googleapis.com', apiVersion: 'v2', fetch }).getOperation({ name: policy }, {});
    expect(sent).toEqual([`GET https://iam.googleapis.com/v2/${policy.replaceAll('%', '%25')} no body`]);
  });

  it('requests enums as numbers with numericEnums, beside other query parameters', async () => {
    const { sent, fetch } = recorder();
    const transport = restTransport({ service: 'run.googleapis.com', apiVersion: 'v2', numericEnums: true, fetch });
    const parent = 'projects/p/locations/l';
    await transport.listOperations({ name: parent, pageSize: 2 }, {});
    await transport.waitOperation!({ name: `${parent}/operations/o`, timeoutMs: 1000 }, {});
    expect(sent).toEqual([
      `GET https://run.googleapis.com/v2/${parent}/operations?pageSize=2&%24alt=json%3Benum-encoding%3Dint no body`,
      `POST https://run.googleapis.com/v2/${parent}/operations/o:wait?%24alt=json%3Benum-encoding%3Dint {"timeout":"1s"}`,
    ]);
  });

  it.each(['', 'dialogflow', 'https://dialogflow.googleapis.com', 'a b.test', 5])(
    'throws a TypeError for the service %j',
    (bad) => {
      expect(() => restTransport({ service: bad as string })).toThrow(
        new TypeError(
          `Cannot use a service as 'service' must be a host like 'dialogflow.googleapis.com': current value is '${bad}'`,
        ),
      );
    },
  );

  it('throws without a service and an endpoint', () => {
    // @ts-expect-error one of them is required
    expect(() => restTransport({})).toThrow("'apiEndpoint' must be a host");
  });

  it('keeps the signal of the first call, which loads the table, and stops at close()', async () => {
    const fetch = jest.fn<FetchLike>();
    const transport = restTransport({ service, apiVersion: 'v3', fetch });
    const controller = new AbortController();
    const call = transport.getOperation({ name }, { signal: controller.signal });
    controller.abort('enough');
    await expect(call).rejects.toBe('enough');
    await transport.close();
    expect(await failureOf(transport.getOperation({ name }, {}))).toMatchObject({ rpcCode: Code.CANCELLED });
    await new Promise(setImmediate);
    expect(fetch).not.toHaveBeenCalled();
  });
});
