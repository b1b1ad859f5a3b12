import { describe, expect, it, jest } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { Code, OperationsClient, type OperationsTransport } from '../../src/index.js';
import { restTransport, type FetchLike, type GoogleServiceOptions, type HttpRule } from '../../src/rest/index.js';
import { serviceTable } from '../../scripts/service-table.js';

interface Row {
  readonly verb: string;
  readonly path: string;
  readonly body?: string;
}
type Bindings = Record<string, Row[]>;

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const data = JSON.parse(read('scripts/data/lro-http-bindings.json')) as Record<string, Record<string, Bindings>>;

/** What the data say of a service, version by version. A yaml that names no version has it in its paths. */
const versions = Object.entries(data).flatMap(([service, yamls]) => {
  const found = new Map<string, Bindings>();
  const named = Object.entries(yamls).sort(([a], [b]) => Number(b.includes('_v')) - Number(a.includes('_v')));
  for (const [yaml, bindings] of named) {
    for (const [method, rows] of Object.entries(bindings)) {
      for (const row of rows) {
        const version = yaml.includes('_v') ? yaml.slice(yaml.lastIndexOf('_v') + 1) : row.path.split('/')[1]!;
        if (!found.has(version)) found.set(version, {});
        (found.get(version)![method] ??= []).push(row);
      }
    }
  }
  return [...found].map(([apiVersion, bindings]) => ({ service, apiVersion, bindings }));
});

// An example for each wildcard, and how it is to be written in a URL.
const one = ['a%2Fb+c', 'a%252Fb%2Bc'] as const;
const many = ['d:e/f@g', 'd%3Ae/f%40g'] as const;
const fill = (pattern: string, as: 0 | 1): string =>
  pattern.replace(/\*\*?/g, (wildcard) => (wildcard === '*' ? one[as] : many[as]));

/** An example of a name that a binding is for. */
const exampleOf = ({ path }: Row): string => fill(/\{name=(.*)\}/.exec(path)?.[1] ?? 'some/name', 0);

/** Whether a binding fits a name. */
function fits({ path }: Row, name: string): boolean {
  const pattern = /\{name=(.*)\}/.exec(path)?.[1] ?? '**';
  const source = pattern.replace(/\/?\*\*|\*/g, (w) => (w === '*' ? '[^/]+' : w === '**' ? '.*' : '(/.*)?'));
  return new RegExp(`^${source}$`).test(name);
}

/** The request that a binding asks for: that of its example where the name is that, as all names of a shape are. */
function expected(row: Row, method: string, name: string): string {
  const encoded = name.split('/').map(encodeURIComponent).join('/');
  const path = row.path.replace(/\{name=.*\}/, () => encoded);
  const query = row.path.includes('{') ? [] : [`name=${encodeURIComponent(name)}`];
  const waits = method === 'WaitOperation';
  if (waits && row.body !== '*') query.push('timeout=30s');
  const body = row.body === '*' ? (waits ? '{"timeout":"30s"}' : '{}') : 'no body';
  return `${row.verb} ${path}${query.length > 0 ? `?${query.join('&')}` : ''} ${body}`;
}

/** A fetch that notes what it is told to send. */
function recorder() {
  const sent: string[] = [];
  const fetch: FetchLike = (url, { method, body = 'no body' }) => {
    sent.push(`${method} ${url} ${body}`);
    return Promise.resolve(new Response('{"name":"x","done":true}'));
  };
  return { sent, fetch };
}

async function ask(transport: OperationsTransport, method: string, name: string): Promise<void> {
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
  it('is what scripts/service-table.ts would write', () => {
    expect(read('src/rest/service-table.ts')).toBe(serviceTable());
  });

  it('has all of the data', () => {
    expect(new Set(versions.map(({ service }) => service)).size).toBe(135);
    expect(versions.length).toBe(221);
    expect(versions.flatMap(({ bindings }) => Object.values(bindings).flat()).length).toBeGreaterThan(1500);
  });
});

describe('each binding of the data', () => {
  it('sends, alone, the request that it asks for', async () => {
    const { sent, fetch } = recorder();
    const wanted: string[] = [];
    for (const { bindings } of versions) {
      for (const [method, rows] of Object.entries(bindings)) {
        for (const row of rows) {
          const { verb, path, body } = row;
          const selector = `google.longrunning.Operations.${method}`;
          const httpRules: HttpRule[] = [{ selector, [verb.toLowerCase()]: path, body }];
          await ask(restTransport({ apiEndpoint: 'h.test', httpRules, fetch }), method, exampleOf(row));
          const pattern = /\{name=(.*)\}/.exec(path)?.[1];
          if (pattern !== undefined) expect(sent.at(-1)).toContain(path.replace(/\{.*\}/, () => fill(pattern, 1)));
          wanted.push(expected(row, method, exampleOf(row)).replace(' ', ' https://h.test'));
        }
      }
    }
    expect(sent).toEqual(wanted);
  });

  it('is used by its service, unless one before it fits the name', async () => {
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
          await ask(transport, method, name);
          wanted.push(expected(first, method, name).replace(' ', ` https://${service}`));
        }
      }
    }
    expect(sent).toEqual(wanted);
    expect(shadowed).toBeGreaterThan(100); // Vertex AI binds everything twice, under /ui and under its version
  });

  it('is missing where its service has no binding of the RPC: nothing is sent, and no credentials are asked for', async () => {
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
        const failure = await failureOf(ask(transport, method, 'operations/a'));
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
    ['aiplatform', 'v1', 'projects/p/locations/l/operations/o', '/ui/projects/p/locations/l/operations/o'],
    ['documentai', 'v1', 'projects/p/locations/l/operations/o', '/v1/projects/p/locations/l/operations/o'],
    ['logging', 'v2', 'projects/p/locations/l/operations/o', '/v2/projects/p/locations/l/operations/o'],
    ['cloudbuild', 'v1', 'operations/build/p/x', '/v1/operations/build/p/x'],
  ])('are tried in the order of %s %s', async (name, apiVersion, operation, path) => {
    const { sent, fetch } = recorder();
    const service = `${name}.googleapis.com`;
    await restTransport({ service, apiVersion, fetch }).getOperation({ name: operation }, {});
    expect(sent).toEqual([`GET https://${service}${path} no body`]);
  });

  it('are tried in their order, and the body is that of the one that fits', async () => {
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

  it('of a name in the form of another service is UNIMPLEMENTED, and says which forms there are', async () => {
    const transport = restTransport({ service: 'spanner.googleapis.com', fetch: jest.fn<FetchLike>() });
    expect(await failureOf(transport.listOperations({ name: 'projects/p/instances/i' }, {}))).toMatchObject({
      rpcCode: Code.UNIMPLEMENTED,
      status: {
        message: expect.stringMatching(
          /^no HTTP rule of spanner.googleapis.com v1 fits the name, of .*GET \/v1\/\{name=projects\/\*\/instances\/\*\/operations\}.*; nothing was sent$/,
        ),
      },
    });
  });
});

describe('restTransport() of a service', () => {
  const service = 'dialogflow.googleapis.com';
  const name = 'projects/p/operations/o';

  it('talks to the service, or to the endpoint that is given', async () => {
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

  it('cancels with GET at datalabeling, as its yaml has it', async () => {
    const { sent, fetch } = recorder();
    const transport = restTransport({ service: 'datalabeling.googleapis.com', apiVersion: 'v1beta1', fetch });
    await transport.cancelOperation({ name }, {});
    expect(sent).toEqual([`GET https://datalabeling.googleapis.com/v1beta1/${name}:cancel no body`]);
  });

  it('encodes the %2F in the name of an IAM policy once more', async () => {
    const { sent, fetch } = recorder();
    const policy = 'policies/cloudresourcemanager.googleapis.com%2Ffolders%2F1/denypolicies/d/operations/o';
    await restTransport({ service: 'iam.googleapis.com', apiVersion: 'v2', fetch }).getOperation({ name: policy }, {});
    expect(sent).toEqual([`GET https://iam.googleapis.com/v2/${policy.replaceAll('%', '%25')} no body`]);
  });

  it('asks for enums as numbers where it is told to, beside whatever else is in the query', async () => {
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

  it.each([
    [
      { service, apiVersion: 'v4' },
      "'apiVersion' must be one of v2, v2beta1, v3, v3beta1 for dialogflow.googleapis.com: current value is 'v4'",
    ],
    [
      { service },
      "'apiVersion' must be one of v2, v2beta1, v3, v3beta1 for dialogflow.googleapis.com: current value is 'v1'",
    ],
    [
      { service: 'us-central1-dialogflow.googleapis.com' },
      "'service' must be the global host of one with built-in bindings (for others, give 'httpRules'): current value is 'us-central1-dialogflow.googleapis.com'",
    ],
    [{ service: 'constructor.googleapis.com' }, "'service' must be the global host"],
  ])('rejects every call with a TypeError where the table has no %j', async (options, message) => {
    const fetch = jest.fn<FetchLike>();
    const auth = jest.fn(() => ({}));
    const client = new OperationsClient({ transport: restTransport({ ...options, fetch, auth }) });
    for (const promise of [
      client.getOperation({ name }),
      client.cancelOperation({ name }),
      client.poller(name).promise(),
    ]) {
      expect(await failureOf(promise)).toMatchObject({
        name: 'TypeError',
        message: expect.stringContaining(`Cannot use a service as ${message}`),
      });
    }
    expect(fetch).not.toHaveBeenCalled();
    expect(auth).not.toHaveBeenCalled();
  });

  it.each(['', 'dialogflow', 'https://dialogflow.googleapis.com', 'a b.test', 5])('refuses the service %j', (bad) => {
    expect(() => restTransport({ service: bad as string })).toThrow(
      new TypeError(
        `Cannot use a service as 'service' must be a host like 'dialogflow.googleapis.com': current value is '${bad}'`,
      ),
    );
  });

  it('refuses rules beside a service, and neither service nor endpoint', () => {
    // @ts-expect-error a service has its rules
    expect(() => restTransport({ service, httpRules: [] })).toThrow(
      "Cannot use a service as 'httpRules' must be absent where 'service' is given",
    );
    // @ts-expect-error there must be one of them
    expect(() => restTransport({})).toThrow("'apiEndpoint' must be a host");
  });

  it('is within the limits of the call from the first one on, and ends with close()', async () => {
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
