import { hasDied, type History, type Settlement } from '../history.js';
import type { Invariant } from './invariant.js';

export const abortAtOnce: Invariant = {
  name: 'abort-at-once',
  promise: "An aborted wait rejects in the same millisecond, with the signal's own reason.",
  check: (history) => [
    ...history.waits.flatMap((wait) =>
      problemOf(history, `wait ${wait.script.id}`, wait, slownessOf(wait.script.listener)),
    ),
    ...history.groups.flatMap((group) => problemOf(history, `group ${group.script.id}`, group, 0)),
    ...history.batches.flatMap((batch) =>
      problemOf(history, `batch ${batch.id}`, batch, batchSlownessOf(history, batch.id)),
    ),
  ],
};

interface Aborted {
  readonly process: number;
  readonly abortedMs: number | undefined;
  readonly joinedMs: number;
  readonly reason: unknown;
  readonly settlements: readonly Settlement[];
}

/** @param slowMs - for how long the caller may be busy with a state that it got before. */
function problemOf(history: History, who: string, call: Aborted, slowMs: number): string[] {
  const { abortedMs, reason, settlements } = call;
  const [end] = settlements;
  if (abortedMs === undefined || !end || hasDied(history, call) || end.atMs < abortedMs) return [];
  // It may have ended in that millisecond for another reason, or wait for a listener that has the outcome.
  if (slowMs === 0 && end.atMs > abortedMs) return [`${who}: aborted at ${abortedMs}, but ended at ${end.atMs}`];
  if (!('error' in end) || !isAbort(end.error)) return [];
  const isOwn = reason === undefined ? (end.error as Error).name === 'AbortError' : end.error === reason;
  return isOwn ? [] : [`${who}: aborted with another reason`];
}

function isAbort(error: unknown): boolean {
  return (
    (error as Error | undefined)?.name === 'AbortError' ||
    (error as { reason?: string } | undefined)?.reason?.startsWith('abort ') === true
  );
}

function slownessOf(listener: { kind: string; byMs?: number } | undefined): number {
  return listener?.kind === 'slow' ? (listener.byMs ?? 0) : 0;
}

function batchSlownessOf({ script }: History, id: number): number {
  // Its caller consumes results slowly, and checkpoints are written.
  return 3 + (script.batches.find((one) => one.id === id)?.consumesMs ?? 0);
}
