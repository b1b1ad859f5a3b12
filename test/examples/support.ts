import { afterEach, beforeEach, jest } from '@jest/globals';
import { OperationsClient } from 'longrunning';
import { OperationsEmulator, packAny } from 'longrunning/testing';
import { google } from '../fixtures/protos/static/agents.js';

const { ExportAgentResponse } = google.cloud.dialogflow.cx.v3;
export const agentUri = 'gs://bucket/agent';
export const response = packAny(ExportAgentResponse, { agentUri });

/** What the example of the running test has printed, line by line. */
export const printed: unknown[][] = [];
beforeEach(() => {
  printed.length = 0;
  jest.spyOn(console, 'log').mockImplementation((...line: unknown[]) => {
    printed.push(line);
  });
});
afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

/** Runs an example in virtual time. */
export async function run<T>(example: Promise<T>, ms = 60_000): Promise<T> {
  const settled = Promise.allSettled([example]);
  await jest.advanceTimersByTimeAsync(ms);
  const [result] = await settled;
  if (result.status === 'rejected') throw result.reason;
  return result.value;
}

/** An emulator in virtual time with one operation, and a client for it. */
export function emulate(script: Parameters<OperationsEmulator['start']>[0]) {
  jest.useFakeTimers();
  const emulator = new OperationsEmulator();
  const { name } = emulator.start(script);
  const transport = emulator.transport();
  return { emulator, name, transport, client: new OperationsClient({ transport }) };
}
