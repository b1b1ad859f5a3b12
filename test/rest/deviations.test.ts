// Deviations of real services, as observed, through a client over REST.
import { describe, expect, it } from '@jest/globals';
import {
  anyType,
  Code,
  constantBackoff,
  emptyType,
  jsonType,
  operationInfo,
  OperationsClient,
  type CompletedOperation,
  type OperationInfo,
  type PollingOptions,
} from '../../src/index.js';
import { restTransport } from '../../src/rest/index.js';
import { operationFromJson } from '../../src/wire/json.js';
import { useNock } from '../support/nock.js';

const nock = useNock();
const service = 'run.googleapis.com';
const name = 'projects/123456789/locations/l/operations/o';
const url = (type: string): string => `type.googleapis.com/${type}`;

interface Thing {
  name?: string;
  state?: string;
}
const thing = { '@type': url('example.Thing'), name: 'things/t' };
const metadata = { '@type': url('example.Progress'), state: 'RUNNING' };
const things = operationInfo({
  response: jsonType<Thing>('example.Thing'),
  metadata: jsonType<Thing>('example.Progress'),
});

const client = new OperationsClient({
  transport: restTransport({ service, apiVersion: 'v2' }),
  retry: { maxAttempts: 1 },
  polling: { backoff: constantBackoff(1), serverWait: 'never' },
});

const isPair = (body: object): body is readonly [number, object | string] => Array.isArray(body);

/** Serves these responses, one after the other; each must be requested. */
function answers(...bodies: (object | readonly [http: number, body: object | string])[]): void {
  for (const body of bodies) {
    const [http, text] = isPair(body) ? body : ([200, body] as const);
    nock(`https://${service}`).get(`/v2/${name}`).reply(http, text);
  }
}

/** The outcome of an operation with these states, the first from the starting call. */
async function end<R, M>(
  [first, ...others]: [object, ...object[]],
  info: OperationInfo<R, M>,
  options?: PollingOptions<M>,
): Promise<{ done: CompletedOperation<R, M>; seen: (M | undefined)[] }> {
  answers(...others);
  const seen: (M | undefined)[] = [];
  const poller = client.poller(operationFromJson(first), info, options);
  const done = await poller.pollUntilDone({ onProgress: ({ metadata: now }) => seen.push(now) });
  return { done, seen };
}

const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no failure',
    (e: unknown) => e,
  );

describe('an operation that is done', () => {
  it('has neither response nor error (IAM)', async () => {
    const { done } = await end([{ name }, { name, done: true }], things);
    expect(done).toMatchObject({ name, result: 'response', response: {}, metadata: undefined });
  });

  it('has no name either (Cloud Identity)', async () => {
    const { done } = await end([{ done: true }], things);
    expect(done).toMatchObject({ name: '', result: 'response', response: {} });
  });

  it('has lost its name since the last response, or never had one (Resource Manager, Datastore)', async () => {
    expect((await end([{ name }, { done: true, response: thing }], things)).done).toMatchObject({
      name,
      response: thing,
    });
    expect((await end([{ done: true, response: thing }], things)).done).toMatchObject({ name: '', response: thing });
  });

  it('was done at the start, and is not polled (Speech v2)', async () => {
    expect((await end([{ name, done: true, response: thing }], things)).done.result).toBe('response');
  });

  it('responds with an Empty where another type is declared, with and without a value (TPU, Vision)', async () => {
    const empty = { '@type': url('google.protobuf.Empty') };
    expect((await end([{ name, done: true, response: empty }], things)).done).toMatchObject({ response: {} });
    expect((await end([{ name, done: true, response: { ...empty, value: {} } }], things)).done).toMatchObject({
      response: {},
    });
    expect(
      (await end([{ name, done: true, response: empty }], operationInfo({ response: emptyType }))).done,
    ).toMatchObject({
      response: undefined,
    });
  });

  it('responds with an empty Any (Spanner’s test server)', async () => {
    expect((await end([{ name, done: true, response: {}, metadata: {} }], things)).done).toMatchObject({
      response: {},
      metadata: undefined,
    });
  });

  it('responds with a type without a public proto, which stays an Any (Resource Manager)', async () => {
    const status = { '@type': url('google.cloudresourcemanager.v1.ProjectCreationStatus'), ready: true };
    const info = operationInfo({ response: anyType });
    expect((await end([{ name, done: true, response: status, metadata: status }], info)).done).toMatchObject({
      response: { typeUrl: status['@type'], json: status },
      metadata: { typeUrl: status['@type'], json: status },
    });
  });

  it('failed after part of the work, as its metadata say (Spanner)', async () => {
    const error = { code: 9, message: 'Found uniqueness violation' };
    const committed = { ...metadata, state: '1 of 2 statements' };
    expect(
      (
        await end(
          [
            { name, metadata },
            { name, metadata: committed, done: true, error },
          ],
          things,
        )
      ).done,
    ).toMatchObject({
      result: 'error',
      error: { code: Code.FAILED_PRECONDITION, message: error.message },
      metadata: committed,
    });
  });

  it('failed with a message for machines, and details without a public type (Tags)', async () => {
    const detail = { '@type': url('util.StatusProto'), space: 'generic' };
    const error = {
      code: 6,
      message: "<eye3 title='ALREADY_EXISTS'/> generic::ALREADY_EXISTS: A TagKey …",
      details: [detail],
    };
    expect((await end([{ name, done: true, error }], things)).done).toMatchObject({
      result: 'error',
      error: {
        code: Code.ALREADY_EXISTS,
        message: error.message,
        details: [{ typeUrl: detail['@type'], json: detail }],
      },
    });
  });

  it('was cancelled: an outcome, not a failed request with the same code', async () => {
    const cancelled = { name, done: true, error: { code: 1, message: 'The operation was cancelled.' } };
    expect((await end([{ name }, cancelled], things)).done).toMatchObject({ result: 'error', cancelled: true });
    answers([499, { error: { code: 499, message: 'The operation was cancelled.', status: 'CANCELLED' } }]);
    expect(await failureOf(client.poller(name, things).promise())).toMatchObject({
      code: 'LRO_REQUEST_FAILED',
      rpcCode: Code.CANCELLED,
      httpStatus: 499,
    });
  });

  it('stays known, even if the service deletes it (Firestore)', async () => {
    const poller = client.poller(name, things);
    answers({ name, done: true, response: thing });
    await poller.promise();
    await expect(poller.promise()).resolves.toEqual(await poller.promise());
  });
});

describe('an operation that runs', () => {
  it.each([
    ['says nothing of done (Cloud Run, Spanner)', {}],
    ['says that it is not done (Redis, Eventarc)', { done: false }],
    ['has a response already (Firestore)', { response: thing }],
  ])('%s', async (_, running) => {
    const { done } = await end(
      [
        { name, ...running },
        { name, ...running },
        { name, done: true, response: thing },
      ],
      things,
    );
    expect(done).toMatchObject({ result: 'response', response: thing });
  });

  it('has no metadata, then some, then null, then none (IAM, Resource Manager, KMS)', async () => {
    const states = [{ name }, { name, metadata }, { name, metadata: null }, { name, done: true }] as const;
    const { done, seen } = await end([...states], things);
    expect(seen.map((now) => now?.state)).toEqual([undefined, 'RUNNING', undefined, undefined]);
    expect(done.metadata).toBeUndefined();
  });

  it('has metadata of another type than declared, which does not end the wait (Memorystore)', async () => {
    const other = { '@type': url('google.cloud.redis.cluster.v1.OperationMetadata'), verb: 'create' };
    const { done } = await end(
      [
        { name, metadata: other },
        { name, metadata: other, done: true, response: thing },
      ],
      things,
    );
    expect(done).toMatchObject({
      response: thing,
      metadata: undefined,
      metadataError: { code: 'LRO_UNPACK_FAILED', actual: 'google.cloud.redis.cluster.v1.OperationMetadata' },
    });
  });

  it('has metadata of the type of its response (Cloud Run)', async () => {
    const info = operationInfo({
      response: jsonType<Thing>('example.Thing'),
      metadata: jsonType<Thing>('example.Thing'),
    });
    const { done } = await end(
      [
        { name, metadata: thing },
        { name, metadata: thing, done: true, response: thing },
      ],
      info,
    );
    expect(done).toMatchObject({ metadata: thing, response: thing });
  });

  it('has types that are declared nowhere, and a Struct for metadata (Dialogflow CX)', async () => {
    const struct = { '@type': url('google.protobuf.Struct'), value: { progress: 0.5 } };
    const poller = client.poller(name);
    answers({ name, metadata: struct }, { name, metadata: struct, done: true, response: thing });
    await expect(poller.promise()).resolves.toEqual({ typeUrl: thing['@type'], json: thing });
    expect(poller.operation?.metadata).toEqual({ typeUrl: struct['@type'], json: struct });
  });

  it('cannot be found at first, which a retry policy may allow (Datastore)', async () => {
    const missing: [number, object] = [404, { error: { code: 404, message: 'no', status: 'NOT_FOUND' } }];
    answers(missing, missing, { name, done: true, response: thing });
    const patient = client.poller(name, things, { notFoundGraceMs: 10_000 });
    await expect(patient.promise()).resolves.toMatchObject(thing);
    answers(missing);
    expect(await failureOf(client.poller(name, things).promise())).toMatchObject({ rpcCode: Code.NOT_FOUND });
  });

  it('is deleted (after some 30 days)', async () => {
    answers({ name }, [404, { error: { code: 404, message: 'Operation not found', status: 'NOT_FOUND' } }]);
    expect(await failureOf(client.poller(name, things).promise())).toMatchObject({
      code: 'LRO_REQUEST_FAILED',
      rpcCode: Code.NOT_FOUND,
      status: { message: 'Operation not found' },
    });
  });
});

describe('cancelling an operation that is done', () => {
  const speech = new OperationsClient({
    transport: restTransport({ service: 'speech.googleapis.com', apiVersion: 'v2' }),
    retry: { maxAttempts: 1 },
  });
  it.each([
    [400, { error: { code: 400, message: 'already done', status: 'FAILED_PRECONDITION' } }, 'FAILED_PRECONDITION'],
    [501, { code: 12 }, 'UNIMPLEMENTED'],
    [200, {}, undefined],
  ] as const)('responds with HTTP %d %j', async (http, body, code) => {
    nock('https://speech.googleapis.com').post(`/v2/${name}:cancel`, '{}').reply(http, body);
    const cancel = speech.cancelOperation({ name });
    if (code === undefined) await expect(cancel).resolves.toBeUndefined();
    else expect(await failureOf(cancel)).toMatchObject({ code: 'LRO_REQUEST_FAILED', rpcCode: Code[code] });
  });
});

describe('an error', () => {
  const message = 'No.';
  const errors = [{ domain: 'global', message, reason: 'notFound' }];
  it.each<[string, number, object | string, keyof typeof Code, 'service' | 'transport', string]>([
    [
      'is as AIP-193 has it',
      404,
      { error: { code: 404, message, status: 'NOT_FOUND' } },
      'NOT_FOUND',
      'service',
      message,
    ],
    ['has no status (Compute)', 404, { error: { code: 404, errors, message } }, 'NOT_FOUND', 'service', message],
    [
      'has both',
      429,
      { error: { code: 429, errors, message, status: 'RESOURCE_EXHAUSTED' } },
      'RESOURCE_EXHAUSTED',
      'service',
      message,
    ],
    [
      'is in an array (streams)',
      499,
      [{ error: { code: 499, message, status: 'CANCELLED' } }],
      'CANCELLED',
      'service',
      message,
    ],
    ['is bare (grpc-gateway)', 404, { code: 5, message }, 'NOT_FOUND', 'service', message],
    ['is bare and without a message', 501, { code: 12 }, 'UNIMPLEMENTED', 'service', ''],
    [
      'is a page of a load balancer',
      502,
      '<!DOCTYPE html><html lang=en><title>Error 502 (Server Error)!!1</title><p>Please try again in 30 seconds.',
      'UNAVAILABLE',
      'transport',
      'HTTP 502 with an HTML page: Error 502 (Server Error)!!1',
    ],
    [
      'is a page of a host without the service',
      404,
      '<!DOCTYPE html><html lang=en><title>Error 404 (Not Found)!!1</title>',
      'NOT_FOUND',
      'transport',
      'HTTP 404 with an HTML page: Error 404 (Not Found)!!1',
    ],
    ['is text (Firestore’s emulator)', 404, 'Not Found', 'NOT_FOUND', 'transport', 'HTTP 404: Not Found'],
  ])('%s', async (_, http, body, code, origin, text) => {
    answers([http, body]);
    expect(await failureOf(client.getOperation({ name }))).toMatchObject({
      code: 'LRO_REQUEST_FAILED',
      rpcCode: Code[code],
      httpStatus: http,
      origin,
      status: { message: text },
    });
  });

  it('has a delay of nine decimals in its details and no header (Gemini)', async () => {
    const details = [{ '@type': url('google.rpc.RetryInfo'), retryDelay: '45.837906927s' }];
    answers([429, { error: { code: 429, message, status: 'RESOURCE_EXHAUSTED', details } }]);
    expect(await failureOf(client.getOperation({ name }))).toMatchObject({ retryAfterMs: 45_837.906927 });
  });

  it('has a header with a delay, and one with a status of an unknown type (Workspace, Speech)', async () => {
    // google.rpc.Status{ code: 5, message: "Operation not found: x", details: [util.StatusProto] }
    const type = Buffer.from(url('util.StatusProto'));
    const any = [0x0a, type.length, ...type, 0x12, 1, 0];
    const found = Buffer.from('Operation not found: x');
    const bytes = Buffer.from([0x08, 5, 0x12, found.length, ...found, 0x1a, any.length, ...any]);
    nock(`https://${service}`)
      .get(`/v2/${name}`)
      .reply(
        404,
        { error: { code: 404, message: '', status: 'NOT_FOUND' } },
        {
          'retry-after': '7',
          'grpc-status-details-bin': bytes.toString('base64').replace(/=+$/, ''),
        },
      );
    expect(await failureOf(client.getOperation({ name }))).toMatchObject({
      rpcCode: Code.NOT_FOUND,
      retryAfterMs: 7000,
      status: { message: 'Operation not found: x', details: [{ typeUrl: url('util.StatusProto') }] },
    });
  });
});
