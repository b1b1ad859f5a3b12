// A program with the handler of the guide, as it is deployed, and an emulator in place of a service.
import { OperationsClient } from 'longrunning';
import { OperationsEmulator } from 'longrunning/testing';
import { createHandler } from './lambda.js';

const emulator = new OperationsEmulator();

export const operationName = emulator.start({ durationMs: 500 }).name;
export const handler = createHandler(new OperationsClient({ transport: emulator.transport() }));
