import type { EmulatorCall, OperationsEmulator } from 'longrunning/testing';
import { operationOf } from './stage.js';
import { heading, result, seconds, table } from './terminal.js';

/** The numbers, from the service's own log. */
export function summary({ calls, nowMs }: OperationsEmulator): void {
  heading('What the server saw');
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

/** How many calls are of an RPC, which the log has as `getOperation` or with its path. */
function count(calls: readonly EmulatorCall[], rpc: string): number {
  return calls.filter(({ method }) => method.toLowerCase().endsWith(rpc.toLowerCase())).length;
}
