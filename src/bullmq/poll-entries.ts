import type { JsonValue } from '../any.js';
import type { OperationsClient } from '../client.js';
import { assertOperation } from '../operation.js';
import type { RawOperation } from '../transport.js';
import { nameOf, tokenOf, type BatchData, type BatchEntry } from './batch.js';
import type { EndedData } from './saved-end.js';
import { afterFailure, afterResponse, batchSchedule, type PollContext, type PolledEntry } from './entry-state.js';
import { endedData } from './ended-data.js';
import { lookUp } from './look-up.js';
import type { RedisClock } from './redis-clock.js';

/** The limits by which an operation's outcome is unknown, or its result too large to be saved. */
export type PollLimits = Pick<PollContext, 'maxFailingMs' | 'maxResultBytes'>;

/** A batch after a poll. */
export interface PolledBatch {
  readonly remaining: readonly BatchEntry[];
  readonly ended: readonly EndedData[];
}

/** A running operation whose state was received. */
export interface RunningState {
  readonly raw: RawOperation;
  readonly entry: BatchEntry;
  readonly data: JsonValue | undefined;
}

/** What polls the operations of a batch. */
export interface EntryPoller {
  readonly client: OperationsClient;
  readonly clock: RedisClock;
  readonly limits: PollLimits;
  /** Called with each running state. @returns whether its progress was reported. */
  readonly onRunning?: ((state: RunningState) => boolean) | undefined;
}

/** Polls operations of a batch, all at once. It rejects for no failure of a request. */
export async function pollEntries(
  batch: BatchData,
  due: ReadonlySet<BatchEntry>,
  poller: EntryPoller,
): Promise<PolledBatch> {
  const { client, clock, limits } = poller;
  const { settings } = client.internals;
  const context = { batch, settings, schedule: batchSchedule(batch, settings), sentMs: clock.nowMs, ...limits };
  const polled = await Promise.all(
    batch.operations.map(async (entry) => (due.has(entry) ? pollEntry(entry, poller, context) : { entry })),
  );
  const remaining: BatchEntry[] = [];
  const ended: EndedData[] = [];
  polled.forEach((after, index) => {
    if ('entry' in after) remaining.push(after.entry);
    else ended.push(endedData(batch, batch.operations[index] as BatchEntry, after.end));
  });
  return { remaining, ended };
}

async function pollEntry(
  entry: BatchEntry,
  { client, clock, onRunning }: EntryPoller,
  context: PollContext,
): Promise<PolledEntry> {
  const { batch, sentMs } = context;
  try {
    const raw = await lookUp(client, nameOf(batch, entry), entry.failures ?? 0);
    assertOperation(raw, nameOf(batch, entry));
    if (raw.done) recordEnd(batch, entry, context);
    const isReported = !raw.done && onRunning?.({ raw, entry, data: entry.data }) === true;
    return afterResponse(isReported ? { ...entry, progressAtMs: sentMs } : entry, raw, context, clock.nowMs);
  } catch (error) {
    return afterFailure(entry, error, context, clock.nowMs);
  }
}

/** Adds the end of an operation to the client's history, if it was seen running before. */
function recordEnd(batch: BatchData, entry: BatchEntry, { settings, sentMs }: PollContext): void {
  const { startedAtMs, polledAtMs, resetAtMs } = entry;
  const { history, historyKey } = settings;
  if (!history || polledAtMs === undefined || resetAtMs !== undefined) return;
  const end = {
    beganAtMs: startedAtMs,
    runningAtMs: Math.max(0, polledAtMs - startedAtMs),
    doneAtMs: Math.max(0, sentMs - startedAtMs),
  };
  try {
    history.record(historyKey ?? tokenOf(batch, entry), end, { operation: undefined });
  } catch {
    // A failing history must not fail the wait.
  }
}
