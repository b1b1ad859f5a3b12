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

// A real static class gives its message, with no cast and no type argument.
export const response = protobufType(ExportAgentResponse);
expectTypeOf(response).toEqualTypeOf<AnyDecoder<ExportAgentResponse>>();
expectTypeOf(response.decode(undefined)).not.toBeAny();
expectTypeOf(response.decode(undefined).agentUri).toEqualTypeOf<string | null | undefined>();

// Any class with `decode` will do, together with a name.
export const old = protobufType({ decode: (bytes: Uint8Array) => ({ length: bytes.length }) }, 'test.Old');
expectTypeOf(old).toEqualTypeOf<AnyDecoder<{ length: number }>>();

// JSON is what the caller says it is, and any JSON where nothing is said.
expectTypeOf(jsonType<{ agentUri?: string }>('x')).toEqualTypeOf<AnyDecoder<{ agentUri?: string }>>();
expectTypeOf(jsonType()).toEqualTypeOf<AnyDecoder<JsonValue>>();

// Empty is undefined, and an Any stays one.
expectTypeOf(emptyType).toEqualTypeOf<AnyDecoder<undefined>>();
expectTypeOf(anyType).toEqualTypeOf<AnyDecoder<Any>>();

// The pair has both types; metadata that are not declared are Anys.
expectTypeOf(operationInfo({ response, metadata: protobufType(Struct) })).toEqualTypeOf<
  OperationInfo<ExportAgentResponse, Struct>
>();
expectTypeOf(operationInfo({ response })).toEqualTypeOf<OperationInfo<ExportAgentResponse, Any>>();
expectTypeOf(operationInfo({ response, metadata: undefined })).not.toBeAny();

// A decoder of one's own needs no name.
export const length: AnyDecoder<number> = { decode: (any) => any?.value?.length ?? 0 };
expectTypeOf(operationInfo({ response: length })).toEqualTypeOf<OperationInfo<number, Any>>();

// @ts-expect-error the response must be declared
operationInfo({ metadata: anyType });
// @ts-expect-error a class is no decoder
operationInfo({ response: ExportAgentResponse });
// @ts-expect-error nor is a message a class
protobufType(new ExportAgentResponse());
// @ts-expect-error nor is a name one
protobufType('google.cloud.dialogflow.cx.v3.ExportAgentResponse');
