export { OperationsEmulator } from './emulator.js';
export type { EmulatorOptions } from './emulator.js';
export type { FaultScript, OperationsMethod, RawHttpAnswer, Via } from './faults.js';
export type { OperationOutcome, OperationPatch, OperationScript, StatusScript } from './script.js';
export type { EmulatorCall } from './service.js';
export { packAny, packEmpty, packStruct } from './pack.js';
export type { PackableClass } from './pack.js';
