import { protos } from '@google-cloud/dialogflow-cx';
import { type } from 'arktype';
import { expectTypeOf } from 'expect-type';
import protobuf from 'protobufjs';
import * as v from 'valibot';
import { z } from 'zod';
import {
  durationType,
  int64ValueType,
  reflectionType,
  registryType,
  schemaType,
  structType,
  tsProtoType,
  valueType,
  wellKnownTypes,
  type Decoded,
  type ReflectionMessage,
  type StandardSchema,
} from '../../src/decoders/index.js';
import {
  jsonType,
  operationInfo,
  OperationsClient,
  protobufType,
  type Any,
  type AnyDecoder,
  type JsonValue,
} from '../../src/index.js';
import { protobufEsType } from '../../src/protobuf-es/index.js';
import { OperationsEmulator } from '../../src/testing/index.js';
import { RowSchema, type Row as EsRow } from '../fixtures/protos/protobuf-es/fidelity_pb.js';
import { Row } from '../fixtures/protos/ts-proto/fidelity.js';

const { ExportAgentResponse } = protos.google.cloud.dialogflow.cx.v3;
type ExportAgentResponse = protos.google.cloud.dialogflow.cx.v3.ExportAgentResponse;

// A schema of protobuf-es types its message.
export const es = protobufEsType(RowSchema);
expectTypeOf(es).toEqualTypeOf<AnyDecoder<EsRow>>();
expectTypeOf(es.decode(undefined).i64).toEqualTypeOf<bigint>();
// @ts-expect-error a message is not a schema
protobufEsType({} as EsRow);

// So does an object of ts-proto, which has the same name as its message type.
export const tsProto = tsProtoType(Row);
expectTypeOf(tsProto).toEqualTypeOf<AnyDecoder<Row>>();
expectTypeOf(tsProto.decode(undefined).numbers).toEqualTypeOf<bigint[]>();
// @ts-expect-error a message is not such an object
tsProtoType({} as Row);

// The caller declares the type of a reflection type's messages.
const reflected = new protobuf.Root().lookupType('a.B');
expectTypeOf(reflectionType(reflected)).toEqualTypeOf<AnyDecoder<ReflectionMessage>>();
expectTypeOf(reflectionType(reflected).decode(undefined).x).toBeUnknown();
expectTypeOf(reflectionType<{ x: number }>(reflected)).toEqualTypeOf<AnyDecoder<{ x: number }>>();
// @ts-expect-error a static class is not a reflection type
reflectionType(ExportAgentResponse);

// A schema's message is its output, not its input.
expectTypeOf(schemaType(z.object({ at: z.string().transform((text) => new Date(text)) }))).toEqualTypeOf<
  AnyDecoder<{ at: Date }>
>();
expectTypeOf(schemaType(v.object({ n: v.pipe(v.string(), v.transform(Number)) }))).toEqualTypeOf<
  AnyDecoder<{ n: number }>
>();
expectTypeOf(schemaType(type({ n: 'string.integer.parse' }), 'a.B')).toEqualTypeOf<AnyDecoder<{ n: number }>>();
expectTypeOf(schemaType({} as StandardSchema<'x'>)).toEqualTypeOf<AnyDecoder<'x'>>();
// @ts-expect-error an object is not a schema
schemaType({ parse: (value: unknown) => value });

// The well-known types are JavaScript values.
expectTypeOf(structType).toEqualTypeOf<AnyDecoder<Record<string, JsonValue>>>();
expectTypeOf(valueType).toEqualTypeOf<AnyDecoder<JsonValue>>();
expectTypeOf(durationType).toEqualTypeOf<AnyDecoder<string>>();
expectTypeOf(int64ValueType).toEqualTypeOf<AnyDecoder<bigint>>();
expectTypeOf<Decoded<typeof durationType>>().toEqualTypeOf<string>();

// A registry is a union that the type name narrows; messages of other types are Anys.
export const registry = registryType({
  'a.Agent': protobufType(ExportAgentResponse),
  'a.Row': protobufEsType(RowSchema),
  'a.Count': jsonType<number>('a.Count'),
});
expectTypeOf(registry).not.toBeAny();
expectTypeOf(registry.decode(undefined)).toEqualTypeOf<
  | { readonly typeName: 'a.Agent'; readonly value: ExportAgentResponse; readonly any: Any }
  | { readonly typeName: 'a.Row'; readonly value: EsRow; readonly any: Any }
  | { readonly typeName: 'a.Count'; readonly value: number; readonly any: Any }
  | { readonly typeName: undefined; readonly value: undefined; readonly any: Any }
>();

export async function narrows(client: OperationsClient): Promise<string> {
  const response = await client.poller('operations/1', operationInfo({ response: registry })).promise();
  switch (response.typeName) {
    case 'a.Agent':
      expectTypeOf(response.value).toEqualTypeOf<ExportAgentResponse>();
      return response.value.agentUri ?? '';
    case 'a.Row':
      return response.value.text;
    case 'a.Count':
      expectTypeOf(response.value).toEqualTypeOf<number>();
      return String(response.value);
    case undefined:
      expectTypeOf(response.value).toEqualTypeOf<undefined>();
      return response.any.typeUrl;
    // @ts-expect-error there is no such type
    case 'a.Other':
    default:
      expectTypeOf(response).toBeNever();
      return response;
  }
}

// The names of spread well-known types narrow, too.
export const all = registryType({ ...wellKnownTypes, 'a.Row': es });
const message = all.decode(undefined);
if (message.typeName === 'google.protobuf.Int64Value') expectTypeOf(message.value).toEqualTypeOf<bigint>();
if (message.typeName === 'a.Row') expectTypeOf(message.value).toEqualTypeOf<EsRow>();

// The client keeps the types, and nothing becomes `any`.
export async function list(): Promise<void> {
  const client = new OperationsClient({ transport: new OperationsEmulator().transport() });
  for await (const operation of client.listOperations({ name: 'a' }, { type: operationInfo({ response: all }) })) {
    if (operation.result === 'response') expectTypeOf(operation.response).not.toBeAny();
  }
}

// @ts-expect-error a class is not a decoder
registryType({ 'a.B': ExportAgentResponse });
