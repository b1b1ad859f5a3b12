import { protos } from '@google-cloud/dialogflow-cx';
import { expectTypeOf } from 'expect-type';
import {
  anyType,
  emptyType,
  jsonType,
  operationInfo,
  protobufType,
  type Any,
  type AnyDecoder,
  type JsonValue,
  type OperationInfo,
} from '../../src/index.js';

const { ExportAgentResponse } = protos.google.cloud.dialogflow.cx.v3;
const { Struct } = protos.google.protobuf;
type ExportAgentResponse = protos.google.cloud.dialogflow.cx.v3.ExportAgentResponse;
type Struct = protos.google.protobuf.Struct;

// A generated static class types its message, without a cast or a type argument.
export const response = protobufType(ExportAgentResponse);
expectTypeOf(response).toEqualTypeOf<AnyDecoder<ExportAgentResponse>>();
expectTypeOf(response.decode(undefined)).not.toBeAny();
expectTypeOf(response.decode(undefined).agentUri).toEqualTypeOf<string | null | undefined>();

// Any class with `decode` is accepted, together with a type name.
export const old = protobufType({ decode: (bytes: Uint8Array) => ({ length: bytes.length }) }, 'test.Old');
expectTypeOf(old).toEqualTypeOf<AnyDecoder<{ length: number }>>();

// The caller declares the type of the JSON; by default it is any JSON value.
expectTypeOf(jsonType<{ agentUri?: string }>('x')).toEqualTypeOf<AnyDecoder<{ agentUri?: string }>>();
expectTypeOf(jsonType()).toEqualTypeOf<AnyDecoder<JsonValue>>();

// An Empty is undefined, and an Any stays an Any.
expectTypeOf(emptyType).toEqualTypeOf<AnyDecoder<undefined>>();
expectTypeOf(anyType).toEqualTypeOf<AnyDecoder<Any>>();

// operationInfo() has both types; metadata that are not declared are Anys.
expectTypeOf(operationInfo({ response, metadata: protobufType(Struct) })).toEqualTypeOf<
  OperationInfo<ExportAgentResponse, Struct>
>();
expectTypeOf(operationInfo({ response })).toEqualTypeOf<OperationInfo<ExportAgentResponse, Any>>();
expectTypeOf(operationInfo({ response, metadata: undefined })).not.toBeAny();

// A custom decoder does not require a type name.
export const length: AnyDecoder<number> = { decode: (any) => any?.value?.length ?? 0 };
expectTypeOf(operationInfo({ response: length })).toEqualTypeOf<OperationInfo<number, Any>>();

// @ts-expect-error the response must be declared
operationInfo({ metadata: anyType });
// @ts-expect-error a class is not a decoder
operationInfo({ response: ExportAgentResponse });
// @ts-expect-error a message is not a class
protobufType(new ExportAgentResponse());
// @ts-expect-error a name is not a class
protobufType('google.cloud.dialogflow.cx.v3.ExportAgentResponse');
