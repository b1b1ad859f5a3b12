import type { History, RequestRecord, WaitRecord } from '../history.js';
import { operationOf } from '../callers/batch.js';
import { pollerId } from '../world/process.js';

/** A time in which something waits for an operation. */
export interface Interval {
  readonly process: number;
  readonly operation: number;
  readonly poller: number;
  readonly fromMs: number;
  readonly toMs: number;
}

/** The times in which waits were active. What has not ended was active until the end. */
export function waitIntervals(history: History): Interval[] {
  const endOf = (process: number, ms: number | undefined): number =>
    ms ?? history.processes[process]!.diedMs ?? history.endMs;
  return [
    ...history.waits.map((wait) => ({
      process: wait.process,
      operation: wait.script.operation,
      poller: pollerId(wait.script.operation, wait.script.poller),
      fromMs: wait.joinedMs,
      toMs: endOf(wait.process, leftMs(wait)),
    })),
    ...history.groups.flatMap(({ process, script, joinedMs, settlements }) =>
      script.operations.map((operation) => ({
        process,
        operation,
        poller: pollerId(operation, 0),
        fromMs: joinedMs,
        toMs: endOf(process, settlements[0]?.atMs),
      })),
    ),
    ...history.batches.flatMap(({ process, operations, joinedMs, settlements, results }) =>
      operations.map((operation) => {
        const result = results.find(({ input }) => operationOf(input) === operation);
        const toMs = endOf(process, settlements[0]?.atMs ?? result?.atMs);
        return { process, operation, poller: pollerId(operation, 90), fromMs: joinedMs, toMs };
      }),
    ),
  ];
}

/** A wait whose listener is busy is over before it settles. */
function leftMs({ leftMs, settlements, abortedMs }: WaitRecord): number | undefined {
  const endMs = settlements[0]?.atMs;
  const first = Math.min(leftMs ?? Infinity, endMs ?? Infinity, abortedMs ?? Infinity);
  return first === Infinity ? undefined : first;
}

/** Requests that waits have sent: neither those of callers nor those that start operations. */
export function isOfWait({ method, isDirect }: RequestRecord): boolean {
  return !isDirect && (method === 'GetOperation' || method === 'WaitOperation' || method === 'ListOperations');
}

/** Whether a request can be one for this wait: by its poller, where it carries one. */
export function serves(request: RequestRecord, interval: Interval): boolean {
  if (request.process !== interval.process) return false;
  if (request.operation === -1) return true;
  return request.poller === undefined ? request.operation === interval.operation : request.poller === interval.poller;
}
