import { protos } from '@google-cloud/dialogflow-cx';
import { describe, expect, it } from '@jest/globals';
import { typeNameOf, type Any, type AnyDecoder, type JsonValue } from '../src/any.js';
import { emptyType, jsonType, protobufType } from '../src/decoders.js';

const { ExportAgentResponse, Webhook, TestCase, TransitionCoverage, DeployFlowMetadata } =
  protos.google.cloud.dialogflow.cx.v3;
const { Struct, Duration, FieldMask, Timestamp } = protos.google.protobuf;

/** An Any as received over REST. */
const json = (type: string, fields: Record<string, JsonValue> = {}): Any => {
  const typeUrl = `type.googleapis.com/${type}`;
  return { typeUrl, json: { '@type': typeUrl, ...fields } };
};
const prefix = 'google.cloud.dialogflow.cx.v3';

describe('typeNameOf()', () => {
  it.each([
    ['type.googleapis.com/google.protobuf.Empty', 'google.protobuf.Empty'],
    ['https://example.org/a/b/test.Book', 'test.Book'],
    ['/test.Book', 'test.Book'],
    ['test.Book', 'test.Book'],
    ['type.googleapis.com/', ''],
    ['', ''],
  ])('returns the text after the last slash of %j', (typeUrl, name) => expect(typeNameOf({ typeUrl })).toBe(name));
});

describe('protobufType()', () => {
  const decoder = protobufType(ExportAgentResponse);

  it('takes the name of the type from the class', () => {
    expect(decoder.typeName).toBe(`${prefix}.ExportAgentResponse`);
    expect(protobufType(Struct).typeName).toBe('google.protobuf.Struct');
  });

  it('decodes bytes with the class', () => {
    const value = ExportAgentResponse.encode({ agentUri: 'gs://b/o', commitSha: 'abc' }).finish();
    const message = decoder.decode({ typeUrl: 'x', value });
    expect(message).toBeInstanceOf(ExportAgentResponse);
    expect(message).toMatchObject({ agentUri: 'gs://b/o', commitSha: 'abc' });
  });

  it('prefers bytes if there are both bytes and JSON', () => {
    const value = ExportAgentResponse.encode({ agentUri: 'bytes' }).finish();
    expect(decoder.decode({ ...json('x', { agentUri: 'json' }), value }).agentUri).toBe('bytes');
  });

  it('decodes JSON: bytes as base64, enums by name or number, nested messages', () => {
    const response = decoder.decode(json(decoder.typeName!, { agentContent: 'emlw' }));
    expect(response).toBeInstanceOf(ExportAgentResponse);
    expect(Buffer.from(response.agentContent as Uint8Array).toString()).toBe('zip');
    const webhook = protobufType(Webhook);
    const State = protos.google.cloud.dialogflow.cx.v3.Webhook.GenericWebService.WebhookType;
    const generic = { uri: 'https://x', requestHeaders: { a: 'b', constructor: 'c' } };
    for (const webhookType of ['FLEXIBLE', State.FLEXIBLE]) {
      const message = webhook.decode(json('x', { displayName: 'w', genericWebService: { ...generic, webhookType } }));
      expect(message).toMatchObject({
        displayName: 'w',
        genericWebService: { ...generic, webhookType: State.FLEXIBLE },
      });
    }
  });

  it('returns the default instance for a message that was not sent or is empty', () => {
    for (const any of [undefined, { typeUrl: 'x' }, { typeUrl: 'x', value: new Uint8Array() }, json('x')]) {
      const message = decoder.decode(any);
      expect(message).toBeInstanceOf(ExportAgentResponse);
      expect(ExportAgentResponse.toObject(message)).toEqual({});
    }
  });

  it('rethrows the error of the class for invalid bytes', () => {
    expect(() => decoder.decode({ typeUrl: 'x', value: new Uint8Array([0x0a, 0xff]) })).toThrow(RangeError);
  });

  it('decodes a Struct from bytes', () => {
    const value = Struct.encode({ fields: { a: { numberValue: 1 } } }).finish();
    expect(protobufType(Struct).decode({ typeUrl: 'x', value }).fields).toMatchObject({ a: { numberValue: 1 } });
  });

  describe('rejects JSON that fromObject() would lose', () => {
    const unreadable = (name: string): string =>
      `cannot read a google.protobuf.${name} from JSON; use jsonType() over REST`;

    it('a Struct as the message', () =>
      expect(() => protobufType(Struct).decode(json('google.protobuf.Struct', { value: { a: 1 } }))).toThrow(
        unreadable('Struct'),
      ));

    it('a nested Struct, also in a list', () => {
      const turns = [{ virtualAgentOutput: { sessionParameters: { a: 1 } } }];
      expect(() => protobufType(TestCase).decode(json('x', { testCaseConversationTurns: turns }))).toThrow(
        unreadable('Struct'),
      );
    });

    it('a Value in a map', () => {
      const { QueryParameters } = protos.google.cloud.dialogflow.cx.v3;
      expect(() => protobufType(QueryParameters).decode(json('x', { payload: { a: 'b' } }))).toThrow(
        unreadable('Struct'),
      );
      const { Fulfillment } = protos.google.cloud.dialogflow.cx.v3;
      const setParameterActions = [{ parameter: 'p', value: { a: 1 } }];
      expect(() => protobufType(Fulfillment).decode(json('x', { setParameterActions }))).toThrow(unreadable('Value'));
    });

    it('a nested Any', () => {
      const { Operation } = protos.google.longrunning;
      const response = { '@type': 'type.googleapis.com/google.protobuf.Empty' };
      expect(() => protobufType(Operation).decode(json('x', { name: 'o', response }))).toThrow(unreadable('Any'));
    });

    it('a nested Timestamp or Duration', () => {
      expect(() => protobufType(TestCase).decode(json('x', { creationTime: '2026-01-02T03:04:05Z' }))).toThrow(
        TypeError,
      );
      expect(() => protobufType(Webhook).decode(json('x', { timeout: '3s' }))).toThrow(TypeError);
    });

    it.each([
      [Timestamp, '2026-01-02T03:04:05Z'],
      [Duration, '3s'],
      [FieldMask, 'a,b'],
    ] as const)('a type with a special JSON form as the message: %#', (type, value) => {
      const decoder = protobufType<object>(type);
      expect(() => decoder.decode(json(decoder.typeName!, { value }))).toThrow(TypeError);
    });
  });

  it('accepts unset fields of these types', () => {
    const message = protobufType(TestCase).decode(json('x', { displayName: 't', testCaseConversationTurns: [{}] }));
    expect(message.displayName).toBe('t');
    expect(protobufType(TransitionCoverage).decode(json('x', { coverageScore: 0.5 })).coverageScore).toBe(0.5);
    expect(protobufType(DeployFlowMetadata).decode(json('x', { testErrors: [] })).testErrors).toEqual([]);
  });

  it('accepts a class of an older generator together with its type name', () => {
    const old = { decode: () => ({ old: true }) };
    expect(protobufType(old, 'test.Old').typeName).toBe('test.Old');
    expect(protobufType(old, 'test.Old').decode(undefined)).toEqual({ old: true });
    expect(() => protobufType(old, 'test.Old').decode(json('test.Old', { a: 1 }))).toThrow(
      'cannot read a test.Old from JSON',
    );
    expect(() => protobufType(old)).toThrow(
      new TypeError(
        "Cannot decode as 'typeName' must be given for a class without getTypeUrl(): current value is undefined",
      ),
    );
  });

  it.each([undefined, null, {}, 'Book', () => {}])('rejects a value that is not a message class: %p', (type) => {
    expect(() => protobufType(type as never)).toThrow(TypeError);
    expect(() => protobufType(type as never)).toThrow(/^Cannot decode as 'type' must be a protobufjs message class/);
  });
});

describe('jsonType()', () => {
  it('returns the JSON as received, including the @type', () => {
    const any = json('test.Book', { title: 'T' });
    expect(jsonType('test.Book').decode(any)).toBe(any.json);
    expect(jsonType('test.Book').typeName).toBe('test.Book');
    expect(jsonType().typeName).toBeUndefined();
  });

  it('returns a new {} for each message that was not sent', () => {
    expect(jsonType().decode(undefined)).toEqual({});
    expect(jsonType().decode(undefined)).not.toBe(jsonType().decode(undefined));
  });

  it('rejects bytes', () =>
    expect(() => jsonType().decode({ typeUrl: 'x', value: new Uint8Array() })).toThrow(
      'the message was sent as bytes, not as JSON',
    ));
});

describe('emptyType', () => {
  it('returns undefined, whatever the form of the message', () => {
    const decoder: AnyDecoder<unknown> = emptyType;
    expect(decoder.typeName).toBe('google.protobuf.Empty');
    for (const any of [undefined, json('google.protobuf.Empty'), { typeUrl: 'x', value: new Uint8Array() }]) {
      expect(decoder.decode(any)).toBeUndefined();
    }
  });
});
