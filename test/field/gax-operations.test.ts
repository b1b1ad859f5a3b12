import { describe, expect, test } from '@jest/globals';
import { pollerFrom } from 'longrunning/gax';
import { rawOperationFrom } from '../../src/gax/operation.js';

const name = 'operations/o';
const typeUrl = 'type.googleapis.com/test.Thing';

/** An operation of google-gax, whose decoders return the bytes. */
const operationOf = (latestResponse: object) => ({
  latestResponse,
  longrunningDescriptor: {
    operationsClient: { operationsStub: new Promise<object>(() => undefined) },
    responseDecoder: (bytes: Uint8Array) => [...bytes],
    metadataDecoder: (bytes: Uint8Array) => [...bytes],
  },
  promise: () => Promise.resolve([[], [], undefined] as [number[], number[], unknown]),
});

describe('pollerFrom()', () => {
  test("refuses Compute Engine's operation, and names the way to wait for it", () => {
    // As @google-cloud/compute returns it: an LROperation by its declaration.
    const operation = { latestResponse: { name: 'o', status: 'RUNNING' }, done: false, name: '5', result: {} };
    expect(() => pollerFrom(operation as never)).toThrow(TypeError);
    expect(() => pollerFrom(operation as never)).toThrow(
      /must be an operation of google\.longrunning.*computeOperations\(client\)\.poller\(operation\) of longrunning\/google/,
    );
    // What has no state at all is not such an operation.
    expect(() => pollerFrom({} as never)).toThrow(/must be an operation of a @google-cloud client/);
  });

  test.each([
    ['type_url', { type_url: typeUrl, value: Buffer.from([1, 2]) }],
    ['typeUrl', { typeUrl, value: Buffer.from([1, 2]) }],
    ['typeUrl and a Uint8Array', { typeUrl, value: new Uint8Array([1, 2]) }],
    ['typeUrl and an ArrayBuffer', { typeUrl, value: new Uint8Array([1, 2]).buffer }],
    ['typeUrl and base64', { typeUrl, value: 'AQI=' }],
    ['typeUrl and the JSON form of a Buffer', { typeUrl, value: { type: 'Buffer', data: [1, 2] } }],
  ])('reads an Any with %s', async (_, any) => {
    const poller = pollerFrom(operationOf({ name, done: true, response: any, metadata: any }));
    expect(await poller.promise()).toEqual([1, 2]);
    expect(poller.operation?.metadata).toEqual([1, 2]);
  });

  test.each([[{ agentUri: 'gs://b/o' }], ['gs://b/o'], [[1]], [5], [{ value: Buffer.from([1]) }]])(
    'rejects the response %j, which is in no known form',
    (response) => {
      expect(() => pollerFrom(operationOf({ name, done: true, response }))).toThrow(
        expect.objectContaining({ code: 'LRO_MALFORMED_OPERATION', operationName: name }),
      );
    },
  );

  test.each([[undefined], [null], [{}], ['']])('treats the response %j as none', (response) => {
    expect(rawOperationFrom({ name, done: true, response }).response).toBeUndefined();
  });

  test('does not end a wait because of metadata in no known form', async () => {
    const response = { typeUrl, value: Buffer.from([1]) };
    const poller = pollerFrom(operationOf({ name, done: true, response, metadata: { percent: 5 } }));
    expect(await poller.promise()).toEqual([1]);
    expect(poller.operation).toMatchObject({ metadata: undefined, metadataError: { code: 'LRO_UNPACK_FAILED' } });
  });
});
