/**
 * A decoder for the schemas of protobuf-es. Imports `@bufbuild/protobuf`, an optional peer dependency.
 *
 * @module longrunning/protobuf-es
 */
export { protobufEsType } from './message-type.js';
export type { ProtobufEsOptions } from './message-type.js';
export type { Any, AnyDecoder, JsonValue } from '../any.js';
