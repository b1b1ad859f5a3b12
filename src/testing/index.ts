/**
 * A server of operations that do as the test says: in process, over gRPC and over HTTP.
 *
 * @module longrunning/testing
 */
export { OperationsEmulator } from './emulator.js';
export type { EmulatorOptions } from './emulator.js';
export type { FaultScript, OperationsMethod, RawHttpResponse, EmulatorWire } from './faults.js';
export type { HandlerRequest, OperationHandler } from './handlers.js';
export type { OperationOutcome, OperationPatch, OperationScript, StatusScript } from './script.js';
export type { EmulatorCall } from './service.js';
export { packAny, packEmpty, packStruct } from './pack.js';
export type { PackableClass, PackOptions } from './pack.js';
