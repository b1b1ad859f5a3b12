import { createFileRegistry, createRegistry, type DescMessage } from '@bufbuild/protobuf';
import type { FileDescriptorSet } from '@bufbuild/protobuf/wkt';
import { protos } from '@google-cloud/dialogflow-cx';
import protobuf from 'protobufjs';
import { z } from 'zod';
// #region imports
import { jsonType, operationInfo, protobufType, typeNameOf, type OperationsClient } from 'longrunning';
import {
  reflectionType,
  registryType,
  schemaType,
  structType,
  tsProtoType,
  wellKnownTypes,
} from 'longrunning/decoders';
import type { TsProtoMessage } from 'longrunning/decoders';
import { protobufEsType } from 'longrunning/protobuf-es';
// #endregion imports

const { ExportAgentResponse } = protos.google.cloud.dialogflow.cx.v3;
const agent = 'google.cloud.dialogflow.cx.v3.ExportAgentResponse';

/** With generated code, or with a loaded descriptor. */
export function generated(
  ExportAgentResponseSchema: DescMessage,
  InnerSchema: DescMessage,
  TsProtoResponse: TsProtoMessage<{ agentUri: string }>,
) {
  // #region protobuf-es
  const byProtobufEs = operationInfo({
    response: protobufEsType(ExportAgentResponseSchema, { registry: createRegistry(InnerSchema) }),
    metadata: structType,
  });
  // #endregion protobuf-es
  // #region ts-proto
  const byTsProto = operationInfo({ response: tsProtoType(TsProtoResponse, agent) });
  // #endregion ts-proto
  return { byProtobufEs, byTsProto };
}

/** Schemas of protobuf-es that are made of a descriptor at run time. */
export function loaded(descriptors: FileDescriptorSet) {
  // #region descriptor-set
  const registry = createFileRegistry(descriptors); // protoc --include_imports --descriptor_set_out=…
  const schema = registry.getMessage('google.cloud.dialogflow.cx.v3.ExportAgentResponse');
  if (!schema) throw new Error('The descriptors lack the type');
  const response = protobufEsType(schema, { registry });
  // #endregion descriptor-set
  return response;
}

/** A type of a `.proto` file that is loaded at run time. */
export function reflected(protoFile: string) {
  // #region reflection
  const root = protobuf.loadSync(protoFile);
  const info = operationInfo({ response: reflectionType<{ agentUri?: string }>(root.lookupType(agent)) });
  // #endregion reflection
  return info;
}

// #region schema
/** The metadata match the schema, over gRPC and REST, or there is a `metadataError`. */
export const importing = operationInfo({
  response: schemaType(z.object({ agentUri: z.url().optional() }), agent),
  metadata: schemaType(z.object({ progressPercent: z.int().min(0).max(100) }), 'google.protobuf.Struct'),
});
// #endregion schema

// #region registry
const anything = registryType({
  ...wellKnownTypes,
  'google.cloud.dialogflow.cx.v3.ExportAgentResponse': protobufType(ExportAgentResponse),
  'example.Report': jsonType<{ pages: number }>('example.Report'),
});

export async function report(client: OperationsClient, name: string): Promise<void> {
  for await (const operation of client.listOperations({ name }, { type: operationInfo({ response: anything }) })) {
    if (operation.result !== 'response') continue;
    const { response } = operation;
    switch (response.typeName) {
      case 'google.cloud.dialogflow.cx.v3.ExportAgentResponse':
        console.log(response.value.agentUri); // an ExportAgentResponse
        break;
      case 'example.Report':
        console.log(response.value.pages); // a number
        break;
      case undefined:
        console.log(`what is a ${typeNameOf(response.any)}?`); // still the Any that came
        break;
      default:
        console.log(response.typeName, response.value); // one of the well-known types
    }
  }
}
// #endregion registry
