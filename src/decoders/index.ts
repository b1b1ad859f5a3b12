/**
 * Decoders for the messages of protobuf libraries, for schemas and for the well-known types, and a registry of several
 * types. Imports no library.
 *
 * @module longrunning/decoders
 */
export { reflectionType } from './reflection.js';
export type { ReflectionMessage, ReflectionType } from './reflection.js';
export { tsProtoType } from './ts-proto.js';
export type { TsProtoMessage } from './ts-proto.js';
export { schemaType } from './schema.js';
export { SchemaError } from './standard-schema.js';
export type { SchemaIssue, SchemaPathSegment, SchemaResult, StandardSchema } from './standard-schema.js';
export { registryType } from './registry.js';
export type { Decoded, KnownMessage, RegistryMessage, UnknownMessage } from './registry.js';
export {
  boolValueType,
  bytesValueType,
  doubleValueType,
  durationType,
  fieldMaskType,
  floatValueType,
  int32ValueType,
  int64ValueType,
  listValueType,
  stringValueType,
  structType,
  timestampType,
  uint32ValueType,
  uint64ValueType,
  valueType,
  wellKnownTypes,
} from './well-known.js';
export type { WellKnownTypes } from './well-known.js';
export type { Any, AnyDecoder, JsonValue } from '../any.js';
