import type { EmulatorCall, OperationsEmulator } from 'longrunning/testing';
import { operationOf } from './setup.js';
import { heading, result, seconds, table } from './terminal.js';

/** Prints the request counts from the call log of the service. */
export function summary({ calls, nowMs }: OperationsEmulator): void {
  heading('Requests received by the service');
  const names = new Set(calls.map(({ name }) => name).filter((name) => name.startsWith(operationOf(''))));
  table([
    ['operation', 'Wait', 'Get', 'Cancel', 'over', 'first to last'],
    ...[...names].map((name) => rowOf(calls.filter((call) => call.name === name))),
  ]);
  const rpcs = ['ExportAgent', 'WaitOperation', 'GetOperation', 'CancelOperation', 'ListOperations'];
  const counts = rpcs.map((rpc) => `${count(calls, rpc)} ${rpc}`);
  result(`${calls.length} calls in ${seconds(nowMs)}: ${counts.join(', ')}`);
}

function rowOf(calls: readonly EmulatorCall[]): string[] {
  const [first, last] = [calls[0], calls.at(-1)];
  const wires = new Set(calls.map(({ via }) => (via === 'grpc' ? 'gRPC' : 'HTTP')));
  const spanMs = first && last ? last.atMs - first.atMs : 0;
  return [
    first?.name.replace(/.*\//, '') ?? '',
    ...['WaitOperation', 'GetOperation', 'CancelOperation'].map((rpc) => String(count(calls, rpc))),
    [...wires].join(', '),
    `${Math.round(spanMs)} ms`,
  ];
}

/** The number of calls of an RPC. The log has `getOperation`, or the path of a custom method. */
function count(calls: readonly EmulatorCall[], rpc: string): number {
  return calls.filter(({ method }) => method.toLowerCase().endsWith(rpc.toLowerCase())).length;
}
