import { protos } from '@google-cloud/dialogflow-cx';
import { describe, expect, it } from '@jest/globals';
import { typeNameOf, type Any, type AnyDecoder, type JsonValue } from '../src/any.js';
import { emptyType, jsonType, protobufType } from '../src/decoders.js';

const { ExportAgentResponse, Webhook, TestCase, TransitionCoverage, DeployFlowMetadata } =
  protos.google.cloud.dialogflow.cx.v3;
const { Struct, Duration, FieldMask, Timestamp } = protos.google.protobuf;

/** An Any as it comes over REST. */
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
  ])('takes the text after the last slash of %j', (typeUrl, name) => expect(typeNameOf({ typeUrl })).toBe(name));
});

describe('protobufType()', () => {
  const decoder = protobufType(ExportAgentResponse);

  it('knows the name of the type from the class', () => {
    expect(decoder.typeName).toBe(`${prefix}.ExportAgentResponse`);
    expect(protobufType(Struct).typeName).toBe('google.protobuf.Struct');
  });

  it('reads bytes as the class does', () => {
    const value = ExportAgentResponse.encode({ agentUri: 'gs://b/o', commitSha: 'abc' }).finish();
    const message = decoder.decode({ typeUrl: 'x', value });
    expect(message).toBeInstanceOf(ExportAgentResponse);
    expect(message).toMatchObject({ agentUri: 'gs://b/o', commitSha: 'abc' });
  });

  it('prefers bytes where there are both', () => {
    const value = ExportAgentResponse.encode({ agentUri: 'bytes' }).finish();
    expect(decoder.decode({ ...json('x', { agentUri: 'json' }), value }).agentUri).toBe('bytes');
  });

  it('reads JSON: bytes as base64, enums by name or number, nested messages', () => {
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

  it('gives the default instance for a message that was not sent, or sent with nothing in it', () => {
    for (const any of [undefined, { typeUrl: 'x' }, { typeUrl: 'x', value: new Uint8Array() }, json('x')]) {
      const message = decoder.decode(any);
      expect(message).toBeInstanceOf(ExportAgentResponse);
      expect(ExportAgentResponse.toObject(message)).toEqual({});
    }
  });

  it('throws what the class throws for bytes that make no sense', () => {
    expect(() => decoder.decode({ typeUrl: 'x', value: new Uint8Array([0x0a, 0xff]) })).toThrow(RangeError);
  });

  it('reads a Struct from bytes', () => {
    const value = Struct.encode({ fields: { a: { numberValue: 1 } } }).finish();
    expect(protobufType(Struct).decode({ typeUrl: 'x', value }).fields).toMatchObject({ a: { numberValue: 1 } });
  });

  describe('refuses JSON that fromObject() would lose', () => {
    const refusal = (name: string): string =>
      `cannot read a google.protobuf.${name} from JSON; use jsonType() over REST`;

    it('a Struct by itself', () =>
      expect(() => protobufType(Struct).decode(json('google.protobuf.Struct', { value: { a: 1 } }))).toThrow(
        refusal('Struct'),
      ));

    it('a Struct inside, also in a list', () => {
      const turns = [{ virtualAgentOutput: { sessionParameters: { a: 1 } } }];
      expect(() => protobufType(TestCase).decode(json('x', { testCaseConversationTurns: turns }))).toThrow(
        refusal('Struct'),
      );
    });

    it('a Value inside a map', () => {
      const { QueryParameters } = protos.google.cloud.dialogflow.cx.v3;
      expect(() => protobufType(QueryParameters).decode(json('x', { payload: { a: 'b' } }))).toThrow(refusal('Struct'));
      const { Fulfillment } = protos.google.cloud.dialogflow.cx.v3;
      const setParameterActions = [{ parameter: 'p', value: { a: 1 } }];
      expect(() => protobufType(Fulfillment).decode(json('x', { setParameterActions }))).toThrow(refusal('Value'));
    });

    it('an Any inside', () => {
      const { Operation } = protos.google.longrunning;
      const response = { '@type': 'type.googleapis.com/google.protobuf.Empty' };
      expect(() => protobufType(Operation).decode(json('x', { name: 'o', response }))).toThrow(refusal('Any'));
    });

    it('a Timestamp or a Duration inside', () => {
      expect(() => protobufType(TestCase).decode(json('x', { creationTime: '2026-01-02T03:04:05Z' }))).toThrow(
        TypeError,
      );
      expect(() => protobufType(Webhook).decode(json('x', { timeout: '3s' }))).toThrow(TypeError);
    });

    it.each([
      [Timestamp, '2026-01-02T03:04:05Z'],
      [Duration, '3s'],
      [FieldMask, 'a,b'],
    ] as const)('a type with a JSON form of its own by itself: %#', (type, value) => {
      const decoder = protobufType<object>(type);
      expect(() => decoder.decode(json(decoder.typeName!, { value }))).toThrow(TypeError);
    });
  });

  it('does not refuse the same types where they are not set', () => {
    const message = protobufType(TestCase).decode(json('x', { displayName: 't', testCaseConversationTurns: [{}] }));
    expect(message.displayName).toBe('t');
    expect(protobufType(TransitionCoverage).decode(json('x', { coverageScore: 0.5 })).coverageScore).toBe(0.5);
    expect(protobufType(DeployFlowMetadata).decode(json('x', { testErrors: [] })).testErrors).toEqual([]);
  });

  it('takes a class of an older generator with the name of its type', () => {
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

  it.each([undefined, null, {}, 'Book', () => {}])('refuses what is no message class: %p', (type) => {
    expect(() => protobufType(type as never)).toThrow(TypeError);
    expect(() => protobufType(type as never)).toThrow(/^Cannot decode as 'type' must be a protobufjs message class/);
  });
});

describe('jsonType()', () => {
  it('gives the JSON as it came, the @type included', () => {
    const any = json('test.Book', { title: 'T' });
    expect(jsonType('test.Book').decode(any)).toBe(any.json);
    expect(jsonType('test.Book').typeName).toBe('test.Book');
    expect(jsonType().typeName).toBeUndefined();
  });

  it('gives {} for a message that was not sent, a new one each time', () => {
    expect(jsonType().decode(undefined)).toEqual({});
    expect(jsonType().decode(undefined)).not.toBe(jsonType().decode(undefined));
  });

  it('refuses bytes', () =>
    expect(() => jsonType().decode({ typeUrl: 'x', value: new Uint8Array() })).toThrow(
      'the message was sent as bytes, not as JSON',
    ));
});

describe('emptyType', () => {
  it('gives undefined, whatever form it came in', () => {
    const decoder: AnyDecoder<unknown> = emptyType;
    expect(decoder.typeName).toBe('google.protobuf.Empty');
    for (const any of [undefined, json('google.protobuf.Empty'), { typeUrl: 'x', value: new Uint8Array() }]) {
      expect(decoder.decode(any)).toBeUndefined();
    }
  });
});
