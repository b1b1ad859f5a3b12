/**
 * An emulated service whose operations follow a script: in process, over gRPC and over HTTP.
 *
 * @module longrunning/testing
 */
export { OperationsEmulator } from './emulator.js';
export type { EmulatorCall } from './call.js';
export type { EmulatorMethod, EmulatorWire, Fault, RawHttpResponse } from './faults.js';
export type { DecodableClass, GaxOperation } from './gax-operation.js';
export type { HandlerRequest, OperationHandler } from './handlers.js';
export type { OperationOutcome, OperationPatch, OperationScript, StatusScript } from './script.js';
export type { EmulatorOptions, ListenHttpOptions } from './options.js';
export { packAny, packEmpty, packStruct } from './pack.js';
export type { PackableClass, PackOptions } from './pack.js';
