import { clone, create, createFileRegistry, type DescMethodUnary } from '@bufbuild/protobuf';
import {
  file_google_protobuf_duration,
  file_google_protobuf_struct,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  type FileDescriptorProto,
} from '@bufbuild/protobuf/wkt';
import type { OperationsMethod } from '../transport.js';

/** The RPCs of `google.longrunning.Operations`, as protobuf-es describes them. */
export type Methods = Readonly<Record<OperationsMethod, DescMethodUnary>>;

const typeName = 'google.longrunning.Operations';
const fileName = 'google/longrunning/operations.proto';

/** The highest number that a field can have. No message on the wire has a field of this number. */
const maxFieldNumber = 2 ** 29 - 1;

type Field = readonly [jsonName: string, number: number, type: Type, message?: string];

const requests: Readonly<Record<OperationsMethod, readonly Field[]>> = {
  GetOperation: [['name', 1, Type.STRING]],
  ListOperations: [
    ['filter', 1, Type.STRING],
    ['pageSize', 2, Type.INT32],
    ['pageToken', 3, Type.STRING],
    ['name', 4, Type.STRING],
    ['returnPartialSuccess', 5, Type.BOOL],
  ],
  CancelOperation: [['name', 1, Type.STRING]],
  DeleteOperation: [['name', 1, Type.STRING]],
  WaitOperation: [
    ['name', 1, Type.STRING],
    ['timeout', 2, Type.MESSAGE, '.google.protobuf.Duration'],
  ],
};

let methods: Methods | undefined;

/** The methods; created by the first call. */
export function operationsMethods(): Methods {
  return (methods ??= createMethods());
}

/**
 * Describes the service. Requests are described as they are. Responses are described as a message that keeps whatever it is
 * decoded from, since the Anys in an operation are of types that the transport does not know: it could not read their JSON.
 */
function createMethods(): Methods {
  const file = [file_google_protobuf_duration.proto, rawStructFile(), operationsFile()];
  const service = createFileRegistry(create(FileDescriptorSetSchema, { file })).getService(typeName);
  const described = service?.methods.map((method) => [method.name, method] as const);
  return Object.fromEntries(described ?? []) as Record<string, unknown> as Methods;
}

/**
 * `google/protobuf/struct.proto`, with another number for the only field of `Struct`. Such a message has any JSON object as
 * its fields, and any bytes as unknown fields.
 */
function rawStructFile(): FileDescriptorProto {
  const file = clone(FileDescriptorProtoSchema, file_google_protobuf_struct.proto);
  const fields = file.messageType.find(({ name }) => name === 'Struct')?.field ?? [];
  for (const field of fields) field.number = maxFieldNumber;
  return file;
}

function operationsFile(): FileDescriptorProto {
  const names = Object.keys(requests) as OperationsMethod[];
  return create(FileDescriptorProtoSchema, {
    name: fileName,
    package: 'google.longrunning',
    syntax: 'proto3',
    dependency: [file_google_protobuf_duration.proto.name, file_google_protobuf_struct.proto.name],
    messageType: names.map((name) => ({
      name: `${name}Request`,
      field: requests[name].map(([jsonName, number, type, message]) => ({
        name: jsonName,
        jsonName,
        number,
        type,
        label: Label.OPTIONAL,
        ...(message !== undefined && { typeName: message }),
      })),
    })),
    service: [
      {
        name: 'Operations',
        method: names.map((name) => ({
          name,
          inputType: `.google.longrunning.${name}Request`,
          outputType: '.google.protobuf.Struct',
        })),
      },
    ],
  });
}
