/**
 * Types of operations by the schemas of protobuf-es. It imports `@bufbuild/protobuf`, an optional peer dependency.
 *
 * @module longrunning/protobuf-es
 */
export { protobufEsType } from './message-type.js';
export type { ProtobufEsOptions } from './message-type.js';
export type { Any, AnyDecoder, JsonValue } from '../any.js';
