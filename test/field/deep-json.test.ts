import { describe, expect, it } from '@jest/globals';
import { jsonType, OperationsClient, operationInfo, type OperationFailedError } from '../../src/index.js';
import { restTransport } from '../../src/rest/index.js';
import { parseOperation } from '../../src/wire/index.js';

const name = 'operations/1';
const type = '"@type":"type.googleapis.com/x.T"';

/** A JSON text of objects, or arrays, in each other, with a `__proto__` at the bottom. */
const deep = (open: string, close: string): string =>
  `${open.repeat(20_000)}{"__proto__":{"a":1},"b":2}${close.repeat(20_000)}`;
const texts = { objects: deep('{"a":', '}'), arrays: deep('[', ']') };

/** What is at the bottom. */
function bottomOf(json: unknown): object {
  let value = json as Record<string, unknown>;
  while (!('b' in value)) value = (value.a ?? value[0]) as Record<string, unknown>;
  return value;
}

const clientOf = (body: string): OperationsClient =>
  new OperationsClient({
    transport: restTransport({ apiEndpoint: 'http://127.0.0.1:1', fetch: () => Promise.resolve(new Response(body)) }),
    retry: { maxAttempts: 1 },
  });

describe.each(Object.entries(texts))('JSON of 20,000 %s in each other, with a __proto__', (_, text) => {
  it.each(['response', 'metadata'] as const)(
    'is read in the %s of an operation, without the __proto__',
    async (field) => {
      const body = `{"name":"${name}","done":true,"${field}":{${type},"x":${text}}}`;
      const info = operationInfo({ response: jsonType<object>(), metadata: jsonType<object>() });
      const client = clientOf(body);
      const read = [
        await client.poller(name, info).pollUntilDone(),
        await client.getOperation({ name }, { type: info }),
      ];
      for (const { raw } of read) {
        const bottom = bottomOf((raw[field]!.json as { x: unknown }).x);
        expect(Object.keys(bottom)).toEqual(['b']);
        expect(Object.getPrototypeOf(bottom)).toBe(Object.prototype);
      }
      const parsed = parseOperation(new TextEncoder().encode(body));
      expect(Object.keys(bottomOf((parsed[field]!.json as { x: unknown }).x))).toEqual(['b']);
      await client.close();
    },
  );

  it('is read in the error of an operation', async () => {
    const body = `{"name":"${name}","done":true,"error":{"code":9,"message":"m","details":[{${type},"x":${text}}]}}`;
    const client = clientOf(body);
    const error = await client
      .poller(name)
      .promise()
      .catch((thrown: unknown) => thrown as OperationFailedError);
    expect(error).toMatchObject({ code: 'LRO_OPERATION_FAILED', status: { code: 9, message: 'm' } });
    await client.close();
  });
});
