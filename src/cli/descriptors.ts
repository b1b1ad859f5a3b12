import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { UsageError } from './command.js';
import { bytesToMessageJson, type MessageType, type MessageTypes } from './message-to-json.js';
import { printable } from './printable.js';
import type { MessageDecoder } from './types.js';

/** The part of protobufjs that reads descriptors. */
interface DescriptorModule {
  readonly FileDescriptorSet: { decode(bytes: Uint8Array): FileSet };
}
interface ProtobufModule {
  readonly Root: { fromDescriptor(set: object): { lookupType(name: string): MessageType; resolveAll(): unknown } };
}

/** The part of `google.protobuf.FileDescriptorSet` that is read here. */
interface FileSet {
  readonly file: readonly { readonly package?: string; readonly messageType: readonly MessageDescriptor[] }[];
}
interface MessageDescriptor {
  readonly name: string;
  readonly field: readonly { readonly name: string; readonly jsonName?: string }[];
  readonly nestedType: readonly MessageDescriptor[];
  readonly options?: { readonly mapEntry?: boolean } | null;
}

/**
 * Reads the types of a FileDescriptorSet, with the protobufjs of google-gax.
 *
 * @throws {@link UsageError} if the file cannot be read.
 */
export function readDescriptors(file: string): MessageDecoder {
  try {
    const types = readTypes(readFileSync(file));
    return (typeName, bytes) => {
      const type = types.lookup(typeName);
      return type && bytesToMessageJson(type, bytes, types);
    };
  } catch (error) {
    throw new UsageError(`the descriptors cannot be read: ${printable((error as Error).message)}`);
  }
}

function readTypes(bytes: Uint8Array): MessageTypes {
  const { protobuf, descriptor } = loadProtobuf();
  const set = descriptor.FileDescriptorSet.decode(bytes);
  const root = protobuf.Root.fromDescriptor(set);
  root.resolveAll();
  const [jsonNames, mapEntries] = [new Map<string, string>(), new Set<string>()];
  const visit = (scope: string, { name, field, nestedType, options }: MessageDescriptor): void => {
    const fullName = scope === '' ? name : `${scope}.${name}`;
    if (options?.mapEntry === true) mapEntries.add(fullName);
    for (const one of field) if (one.jsonName) jsonNames.set(`${fullName}.${one.name}`, one.jsonName);
    for (const nested of nestedType) visit(fullName, nested);
  };
  for (const { package: scope = '', messageType } of set.file) {
    for (const message of messageType) visit(scope, message);
  }
  const lookup = (typeName: string): MessageType | undefined => {
    try {
      return root.lookupType(typeName);
    } catch {
      return undefined;
    }
  };
  return { lookup, jsonNames, mapEntries };
}

/** Loads protobufjs as google-gax, which depends on it, would. */
function loadProtobuf(): { protobuf: ProtobufModule; descriptor: DescriptorModule } {
  const require = createRequire(createRequire(import.meta.url).resolve('google-gax'));
  return {
    // In this order: the second one adds `Root.fromDescriptor()` to the first.
    protobuf: require('protobufjs') as ProtobufModule,
    descriptor: require('protobufjs/ext/descriptor') as DescriptorModule,
  };
}
