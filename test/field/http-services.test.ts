import { describe, expect, it } from '@jest/globals';
import { OperationsClient } from '../../src/index.js';
import { restTransport, type FetchLike, type HttpRule } from '../../src/rest/index.js';

const operation = { name: 'operations/a', done: true };

/** A `fetch` that records what is sent. */
function recorder(): { sent: string[]; fetch: FetchLike } {
  const sent: string[] = [];
  const fetch: FetchLike = (url, { method, body }) => {
    sent.push(`${method} ${url}${body === undefined ? '' : ` ${body}`}`);
    return Promise.resolve(new Response(JSON.stringify(operation)));
  };
  return { sent, fetch };
}

describe('a service that the table lacks', () => {
  it.each([
    ['firebaseremoteconfig.googleapis.com', 'v1', 'operations/abc'],
    ['cloudcode-pa.googleapis.com', 'v1internal', 'projects/p/operations/o'],
    ['jobs.example.com', 'v1', 'projects/p/operations/o'],
    ['constructor.googleapis.com', 'v1', 'operations/o'],
    ['dialogflow.googleapis.com', 'v99', 'projects/p/locations/l/operations/o'],
  ])('%s %s is sent the default requests about %s', async (service, apiVersion, name) => {
    const { sent, fetch } = recorder();
    const transport = restTransport({ service, apiVersion, fetch });
    const client = new OperationsClient({ transport });
    await client.poller(name).promise();
    await transport.cancelOperation({ name }, {});
    await transport.deleteOperation({ name }, {});
    await transport.listOperations({ name: 'projects/p' }, {});
    const url = `https://${service}/${apiVersion}/`;
    expect(sent).toEqual([
      `GET ${url}${name}`,
      `POST ${url}${name}:cancel {}`,
      `DELETE ${url}${name}`,
      `GET ${url}projects/p/operations`,
    ]);
    expect('waitOperation' in transport).toBe(false);
  });
});

describe('a name that no rule of the service fits', () => {
  it.each([
    ['cloudresourcemanager.googleapis.com', 'v2', 'projects/p/operations/o'],
    ['generativelanguage.googleapis.com', 'v1beta', 'fileSearchStores/s/unknown/operations/o'],
    ['spanner.googleapis.com', 'v1', 'somewhere/else'],
    ['dialogflow.googleapis.com', 'v3', 'bare-name'],
  ])('is sent by the default rules: %s %s %s', async (service, apiVersion, name) => {
    const { sent, fetch } = recorder();
    const transport = restTransport({ service, apiVersion, fetch });
    await transport.getOperation({ name }, {});
    expect(sent).toEqual([`GET https://${service}/${apiVersion}/${name}`]);
  });

  it('is the parent of a list', async () => {
    const { sent, fetch } = recorder();
    const transport = restTransport({ service: 'spanner.googleapis.com', fetch });
    await transport.listOperations({ name: 'projects/p/instances/i' }, {});
    expect(sent).toEqual(['GET https://spanner.googleapis.com/v1/projects/p/instances/i/operations']);
  });
});

describe('httpRules beside a service', () => {
  const get = 'google.longrunning.Operations.GetOperation';
  const wait = 'google.longrunning.Operations.WaitOperation';
  const service = 'dialogflow.googleapis.com';
  const httpRules: HttpRule[] = [{ selector: get, get: '/own/{name=special/*}' }];

  it('are tried first; the rules of the service and the default ones after them', async () => {
    const { sent, fetch } = recorder();
    const transport = restTransport({ service, apiVersion: 'v3', httpRules, fetch });
    const names = ['special/a', 'projects/p/locations/l/operations/o', 'other/b'];
    for (const name of names) await transport.getOperation({ name }, {});
    await transport.cancelOperation({ name: names[1]! }, {});
    expect(sent).toEqual([
      `GET https://${service}/own/special/a`,
      `GET https://${service}/v3/projects/p/locations/l/operations/o`,
      `GET https://${service}/v3/other/b`,
      `POST https://${service}/v3/projects/p/locations/l/operations/o:cancel`,
    ]);
  });

  it('make WaitOperation exist if they bind it', async () => {
    const { sent, fetch } = recorder();
    const bound = [{ selector: wait, post: '/v3/{name=**}:wait', body: '*' }];
    const transport = restTransport({ service, apiVersion: 'v3', httpRules: bound, fetch });
    await transport.waitOperation!({ name: 'operations/a', timeoutMs: 1000 }, {});
    expect(sent).toEqual([`POST https://${service}/v3/operations/a:wait {"timeout":"1s"}`]);
    expect('waitOperation' in restTransport({ service, apiVersion: 'v3', httpRules })).toBe(false);
    expect('waitOperation' in restTransport({ service: 'run.googleapis.com', httpRules })).toBe(true);
  });

  it('are checked when the transport is made', () => {
    expect(() => restTransport({ service, httpRules: [{ selector: get }] })).toThrow(TypeError);
    expect(() => restTransport({ service, httpRules: 'none' as never })).toThrow("'httpRules' must be an array");
  });
});

describe('an operation of a publisher model of Vertex AI', () => {
  const model = 'projects/p/locations/us-central1/publishers/google/models/veo-3.0-generate-001';
  const name = `${model}/operations/1-2`;
  const service = 'aiplatform.googleapis.com';

  it.each(['v1', 'v1beta1'])('is looked up by fetchPredictOperation: %s', async (apiVersion) => {
    const { sent, fetch } = recorder();
    const transport = restTransport({ service, apiVersion, fetch });
    const client = new OperationsClient({ transport });
    await client.poller(name, undefined, { serverWait: 'never' }).promise();
    const body = JSON.stringify({ operationName: name });
    expect(sent).toEqual([`POST https://${service}/${apiVersion}/${model}:fetchPredictOperation ${body}`]);
  });

  it('is not sent a long poll, for which the service has no rule', async () => {
    const { sent, fetch } = recorder();
    const client = new OperationsClient({ transport: restTransport({ service, fetch }) });
    await client.poller(name).promise();
    expect(sent.every((line) => line.includes(':fetchPredictOperation'))).toBe(true);
  });

  it('has only that request: other names and other services have GetOperation', async () => {
    const { sent, fetch } = recorder();
    const other = 'projects/p/locations/l/endpoints/e/operations/1';
    await restTransport({ service, fetch }).getOperation({ name: other }, {});
    await restTransport({ service: 'jobs.example.com', fetch }).getOperation({ name }, {});
    expect(sent.map((line) => line.split(' ')[0])).toEqual(['GET', 'GET']);
  });
});
