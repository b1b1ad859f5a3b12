import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  anyType,
  jsonType,
  MalformedOperationError,
  operationInfo,
  OperationsClient,
  UnpackError,
  type RawOperation,
} from '../../src/index.js';
import { restTransport } from '../../src/rest/index.js';
import { OperationsEmulator } from '../../src/testing/index.js';
import { parseOperation } from '../../src/wire/index.js';
import { pace, rejection, useWorld, wires } from '../support/wires.js';

const name = 'operations/1';

/** A client over REST whose GetOperation always receives these bytes with status 200. */
function restClient(body: unknown): { client: OperationsClient; requests: () => number } {
  let requests = 0;
  const transport = restTransport({
    apiEndpoint: 'http://127.0.0.1:1',
    headers: { authorization: 'Bearer s3cr3t' },
    fetch: () => {
      requests++;
      return Promise.resolve(new Response(JSON.stringify(body)));
    },
  });
  return { client: new OperationsClient({ transport, ...pace }), requests: () => requests };
}

/** A client over a transport that returns what the service sent, unchanged. */
function plainClient(body: unknown): { client: OperationsClient; requests: () => number } {
  let requests = 0;
  const get = (): Promise<RawOperation> => {
    requests++;
    return Promise.resolve(body as RawOperation);
  };
  const transport = { getOperation: get, waitOperation: get, close: () => Promise.resolve() };
  return { client: new OperationsClient({ transport: transport as never, ...pace }), requests: () => requests };
}

const makers = [
  { wire: 'REST', makeClient: restClient, showsContent: true },
  { wire: 'a transport in plain JavaScript', makeClient: plainClient, showsContent: false },
];

describe.each(makers)('A response that is not an operation, over $wire', ({ makeClient, showsContent }) => {
  it.each([
    [
      'an error',
      { error: { code: 10, status: 'ABORTED', message: 'locked' } },
      showsContent ? /error: 10 ABORTED locked/ : /fields are 'error'/,
    ],
    ['the text of an error', { error: 'locked' }, showsContent ? /error: locked/ : /fields are 'error'/],
    ['nothing', {}, /neither done nor named/],
    ['other fields', { id: 7, state: 'ACTIVE' }, /its fields are 'id', 'state'/],
    ['nulls', { name: null, done: null, metadata: null, response: null }, /neither done nor named/],
    [
      'an operation of GKE',
      { name, status: 'DONE' },
      showsContent ? /the status 'DONE'.*customOperations\(\)/ : /a status.*customOperations\(\)/,
    ],
    [
      'a running operation of Compute',
      { name, status: 'RUNNING', progress: 7 },
      showsContent ? /'RUNNING'.*customOperations\(\)/ : /a status.*customOperations\(\)/,
    ],
  ])('ends the wait at the first poll if it holds %s', async (_, body, message) => {
    for (const serverWait of ['never', 'auto'] as const) {
      const { client, requests } = makeClient(body);
      const error = await rejection(client.poller(name, undefined, { serverWait }).promise({ totalTimeoutMs: 2000 }));
      expect(error).toBeInstanceOf(MalformedOperationError);
      expect((error as Error).message).toMatch(message);
      expect(requests()).toBe(1);
      await expect(client.getOperation({ name })).rejects.toThrow(message);
    }
  });

  it('is shown in part, and without credentials', async () => {
    const secret = 'ya29.a0AfH6SMBx-0123456789_0123456789';
    for (const body of [
      { error: { message: `x ${secret} y ${'z '.repeat(500)}` } },
      { error: { message: 'you sent Bearer s3cr3t' } },
      { headers: { authorization: 'Bearer s3cr3t' } },
      { name, status: `Bearer s3cr3t ${secret}` },
    ]) {
      const { message } = (await rejection(makeClient(body).client.poller(name).promise())) as Error;
      expect(message.length).toBeLessThan(400);
      expect(message).not.toMatch(/s3cr3t|ya29/);
    }
  });

  it.each([
    ['is done without a name', { done: true }, true],
    ['has metadata but no name', { metadata: { '@type': 'x/test.Thing' } }, false],
    ['has a response but no name', { response: { '@type': 'x/test.Thing' } }, false],
    ['has a status beside `done`', { name, done: false, status: 'RUNNING' }, false],
    ['has a name only', { name }, false],
  ])('is an operation if it %s', async (_, body, done) => {
    expect(await makeClient(body).client.getOperation({ name })).toMatchObject({ name, done });
  });
});

describe.each(wires)('An operation over $name', (wire) => {
  const world = useWorld(wire);

  it('may complete without a name, a response or metadata', async () => {
    const poller = world().start({ durationMs: 20, omitName: true });
    expect(await poller.pollUntilDone()).toMatchObject({ name: poller.name, result: 'response' });
  });
});

describe('An empty message over gRPC', () => {
  it('is not an operation', () => {
    expect(() =>
      new OperationsClient({ transport: new OperationsEmulator().transport() }).poller(
        parseOperation(new Uint8Array()),
      ),
    ).toThrow(MalformedOperationError);
  });
});

describe('A response that is not a JSON object', () => {
  const values = ['gs://bucket/object', '', 0, false, 7, true, ['a'], []];
  let client: OperationsClient;
  beforeEach(() => {
    client = new OperationsClient({ transport: new OperationsEmulator().transport() });
  });
  afterEach(() => client.close());

  it.each(values)('is kept: %j', async (response) => {
    const any = { typeUrl: '', json: response };
    const rest = restClient({ name, done: true, response }).client;
    expect(await rest.poller(name).promise()).toEqual(any);
    const own = operationInfo({ response: { decode: (received) => received?.json } });
    expect(await rest.poller(name, own).promise()).toEqual(response);
    expect(parseOperation({ name, done: true, response }).response).toEqual(any);
    expect(parseOperation(JSON.stringify({ name, done: true, response })).response).toEqual(any);
  });

  it.each(values)('is an UnpackError that holds it where a type is declared: %j', async (response) => {
    const rest = restClient({ name, done: true, response }).client;
    const thing = operationInfo({ response: jsonType('test.Thing') });
    const error = await rejection(rest.poller(name, thing).promise());
    expect(error).toBeInstanceOf(UnpackError);
    expect(error).toMatchObject({ expected: 'test.Thing', actual: '', any: { typeUrl: '', json: response } });
  });

  it.each(values)('is kept as metadata too, which never end a wait: %j', async (metadata) => {
    const rest = restClient({ name, done: true, metadata }).client;
    const types = operationInfo({ response: anyType, metadata: jsonType('test.Thing') });
    const done = await rest.poller(name, types).pollUntilDone();
    expect(done.metadata).toBeUndefined();
    expect(done.metadataError).toMatchObject({ any: { typeUrl: '', json: metadata } });
  });

  it('is no response if it is null or an empty object', async () => {
    for (const response of [null, {}]) {
      const rest = restClient({ name, done: true, response }).client;
      const thing = operationInfo({ response: jsonType('test.Thing') });
      expect(await rest.poller(name, thing).promise()).toEqual({});
    }
  });
});
