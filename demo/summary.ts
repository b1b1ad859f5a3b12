import type { EmulatorCall, OperationsEmulator } from 'longrunning/testing';
import { heading, result, seconds, table } from './terminal.js';

/** The numbers, from the service's own log. */
export function summary({ calls, nowMs }: OperationsEmulator): void {
  heading('What the server saw');
  const polls = calls.filter(({ method }) => method === 'getOperation');
  const names = [...new Set(polls.map(({ name }) => name))];
  table([
    ['operation', 'polls', 'over', 'first to last'],
    ...names.map((name) => rowOf(polls.filter((call) => call.name === name))),
  ]);
  const rpcs = ['ExportAgent', 'GetOperation', 'CancelOperation', 'ListOperations'];
  const counts = rpcs.map(
    (rpc) => `${calls.filter(({ method }) => method.toLowerCase().endsWith(rpc.toLowerCase())).length} ${rpc}`,
  );
  result(`${calls.length} calls in ${seconds(nowMs)}: ${counts.join(', ')}`);
}

function rowOf(calls: readonly EmulatorCall[]): string[] {
  const [first, last] = [calls[0], calls.at(-1)];
  const wires = new Set(calls.map(({ via }) => (via === 'grpc' ? 'gRPC' : 'HTTP')));
  const spanMs = first && last ? last.atMs - first.atMs : 0;
  return [
    first?.name.replace(/.*\//, '') ?? '',
    String(calls.length),
    [...wires].join(', '),
    `${Math.round(spanMs)} ms`,
  ];
}
