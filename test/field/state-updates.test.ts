import { describe, expect, it, jest } from '@jest/globals';
import {
  anyType,
  Code,
  jsonType,
  MalformedOperationError,
  operationInfo,
  OperationsClient,
  RequestError,
  type AnyDecoder,
  type JsonValue,
  type RawOperation,
} from '../../src/index.js';
import { parseOperation } from '../../src/wire/index.js';
import { encodeOperation } from '../../src/wire/messages.js';
import { at, json, name, running, ScriptedTransport, succeeded } from '../support/scripted.js';
import { track, useVirtualTime } from '../support/virtual-time.js';
import { rejection } from '../support/wires.js';

const clientOf = (...answers: RawOperation[]) => new OperationsClient({ transport: new ScriptedTransport(answers) });

describe('A state that a caller passes', () => {
  const advance = useVirtualTime();

  it.each([
    ['an empty object', {}],
    ['an array', []],
    ['an array with a name', Object.assign([], { name, done: true })],
    ['a Buffer', Buffer.from('{}')],
    ['a DataView', new DataView(new ArrayBuffer(8))],
    ['an ArrayBuffer', new ArrayBuffer(8)],
    ['a promise', Promise.resolve(succeeded)],
    ['a `done` that is not a boolean', { done: 'true' }],
    ['a `done` that is not a boolean, and a name', { name, done: 1 }],
    ['metadata alone', { metadata: json({ percent: 1 }) }],
    ['null', null],
    ['a text', 'done'],
  ])('is refused if it is %s, and changes nothing', async (_, raw) => {
    const client = clientOf(at(7), succeeded);
    const poller = client.poller(name, undefined, { serverWait: 'never' });
    const waiting = track(poller.promise());
    await advance(0);
    const { operation } = poller;
    expect(() => poller.applyUpdate(raw as never)).toThrow(MalformedOperationError);
    expect(() => client.applyUpdate(raw as never)).toThrow(MalformedOperationError);
    // A text is a name, and null is neither.
    if (raw !== null && typeof raw === 'object') {
      expect(() => client.poller(raw as never)).toThrow(MalformedOperationError);
    }
    expect(poller.operation).toBe(operation);
    await advance(2000);
    expect(waiting).toHaveProperty('value');
  });

  it('is decoded once', () => {
    let decoded = 0;
    const decoder: AnyDecoder<JsonValue | undefined> = {
      decode: (any) => {
        decoded++;
        return any?.json;
      },
    };
    const poller = clientOf().poller(name, operationInfo({ response: anyType, metadata: decoder }));
    poller.applyUpdate(at(1));
    expect(decoded).toBe(1);
    expect(poller.operation?.metadata).toMatchObject({ percent: 1 });
    poller.applyUpdate({ ...succeeded, metadata: json({ percent: 100 }) });
    expect(decoded).toBe(2);
  });
});

describe('parseOperation()', () => {
  const raw = { name, done: true, response: json({ ok: true }) };
  const text = JSON.stringify(raw.response.json);
  const operation = `{"name":"${name}","done":true,"response":${text}}`;

  it.each(['', ' ', '\n', '\r\n\t ', '\ufeff', '\ufeff\n'])('reads JSON after %j, as text and as bytes', (prefix) => {
    expect(parseOperation(prefix + operation)).toEqual(raw);
    expect(parseOperation(new TextEncoder().encode(prefix + operation))).toEqual(raw);
  });

  it('reads an ArrayBuffer and any view', () => {
    for (const bytes of [new TextEncoder().encode(operation), new Uint8Array(encodeOperation({ name, done: true }))]) {
      const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
      expect(parseOperation(buffer)).toMatchObject({ name, done: true });
      expect(parseOperation(new DataView(buffer))).toMatchObject({ name, done: true });
    }
  });

  it('reads a message in wire format whose name is 123 bytes long', () => {
    for (const longName of [`operations/${'x'.repeat(112)}`, `{${'x'.repeat(9)}`]) {
      expect(parseOperation(encodeOperation({ name: longName, done: true }))).toEqual({ name: longName, done: true });
    }
  });

  it('drops __proto__', () => {
    for (const key of ['__proto__', '__pro\\u0074o__', '\\u005f_proto__']) {
      const sent = `{"name":"${name}","done":true,"response":{"@type":"x","${key}":{"admin":true}}}`;
      for (const source of [sent, new TextEncoder().encode(sent)]) {
        expect(Object.keys(parseOperation(source).response?.json as object)).toEqual(['@type']);
      }
    }
  });
});

describe('Metadata', () => {
  const advance = useVirtualTime();

  it('that are nested 5000 deep count as changed', async () => {
    // Older versions of Node.js cannot compare them.
    const deep = (value: number): JsonValue => {
      let json: JsonValue = value;
      for (let level = 0; level < 5000; level++) json = { json };
      return json;
    };
    const states = [1, 2, 3].map((percent) => {
      return { ...running, metadata: { typeUrl: 'x/test.Thing', json: deep(percent) } };
    });
    const info = operationInfo({ response: anyType, metadata: jsonType('test.Thing') });
    let updates = 0;
    const poller = clientOf(...states, succeeded).poller(name, info, { serverWait: 'never' });
    const waiting = track(poller.promise({ onProgress: () => updates++ }));
    await advance(20_000);
    expect(waiting).toHaveProperty('value');
    expect(updates).toBe(4);
  });

  it('in one object that the transport changes count as changed', async () => {
    const thing = { percent: 0 };
    const operation: RawOperation = { ...running, metadata: { typeUrl: 'x/test.Thing', json: thing } };
    const getOperation = () => {
      thing.percent += 25;
      operation.done = thing.percent === 100;
      return Promise.resolve(operation);
    };
    const client = new OperationsClient({ transport: { getOperation } as never });
    const seen: unknown[] = [];
    const info = operationInfo({
      response: anyType,
      metadata: { decode: (any) => (any?.json as typeof thing).percent },
    });
    const waiting = track(client.poller(name, info).promise({ onProgress: ({ metadata }) => seen.push(metadata) }));
    await advance(20_000);
    expect(waiting).toHaveProperty('value');
    expect(seen).toEqual([25, 50, 75, 100]);
  });

  it('without a type are read in constant time, however many bytes they have', () => {
    const value = new Uint8Array(8);
    // Listing the keys of a view takes time in proportion to its length.
    const keys = jest.spyOn(Object, 'keys');
    const state = clientOf().poller({ ...running, metadata: { typeUrl: '', value } }).operation;
    expect(keys.mock.calls.filter(([object]) => ArrayBuffer.isView(object))).toEqual([]);
    expect(state?.metadata).toEqual({ typeUrl: '', value });
  });
});

describe('A transport in plain JavaScript', () => {
  it('that returns no promise is a TypeError in plain words', async () => {
    const client = new OperationsClient({ transport: { getOperation: () => undefined } as never });
    for (const call of [client.getOperation({ name }), client.poller(name).promise()]) {
      expect(await rejection(call)).toEqual(
        new TypeError("Cannot call the transport as 'GetOperation' must be a promise: current value is undefined"),
      );
    }
  });

  it('that resolves to nothing is a MalformedOperationError', async () => {
    const nothing = () => Promise.resolve(undefined);
    const transport = { getOperation: nothing, listOperations: nothing, waitOperation: nothing };
    const client = new OperationsClient({ transport: transport as never });
    for (const call of [
      client.getOperation({ name }),
      client.waitOperation({ name }),
      client.poller(name).promise(),
      client.poller(name).poll(),
      client.listOperations({ name }).pages().next(),
    ]) {
      expect(await rejection(call)).toBeInstanceOf(MalformedOperationError);
    }
  });

  it('may leave out what an empty page has not', async () => {
    const listOperations = () => Promise.resolve({ operations: [running] });
    const transport = { getOperation: () => Promise.resolve(running), listOperations };
    const pages = new OperationsClient({ transport: transport as never }).listOperations({ name }).pages();
    expect(await pages.next()).toMatchObject({ value: { nextPageToken: '', unreachable: [] } });
    expect(await pages.next()).toMatchObject({ done: true });
  });
});

describe('A list whose page token repeats', () => {
  it.each([[['a', 'a']], [['a', 'b', 'a']], [['a', 'b', 'c', 'b']]])('fails: %j', async (tokens) => {
    const rest = [...tokens];
    const transport = {
      getOperation: () => Promise.resolve(running),
      listOperations: () =>
        Promise.resolve({ operations: [running], nextPageToken: rest.shift() ?? tokens[0], unreachable: [] }),
    };
    const client = new OperationsClient({ transport: transport as never });
    let count = 0;
    const read = async () => {
      for await (const operation of client.listOperations({ name })) count += Number(operation.name === name);
    };
    const error = await rejection(read());
    expect(error).toBeInstanceOf(RequestError);
    expect(error).toMatchObject({
      rpcCode: Code.INTERNAL,
      method: 'ListOperations',
      message: expect.stringContaining('page token'),
    });
    expect(count).toBe(tokens.length);
  });
});

it('The host in a token is compared without case', () => {
  const withHost = (apiEndpoint: string) =>
    new OperationsClient({ transport: Object.assign(new ScriptedTransport([running]), { apiEndpoint }) });
  const token = withHost('Jobs.Example.COM:443').poller(name).toJSON();
  expect(token.apiEndpoint).toBe('jobs.example.com');
  expect(withHost('jobs.example.com').resume(token).name).toBe(name);
  expect(withHost('jobs.example.com').resume({ ...token, apiEndpoint: 'JOBS.example.com' }).name).toBe(name);
  expect(() => withHost('other.example.com').resume(token)).toThrow(TypeError);
});
