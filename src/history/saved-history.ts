import { assertArgument } from '../arguments.js';
import type { End } from './end-record.js';

/** An end, saved: when the operation began, the age at which it last ran, and the age at which it was done; null: aborted. */
export type SavedEnd = readonly [beganAtMs: number, runningAtMs: number, doneAtMs: number | null];

/** A history as a plain object that survives `JSON.stringify`. It holds durations and the names of types or keys. */
export interface SavedHistory {
  /** The version of the format. */
  readonly version: 1;
  /** The ends of each kind of operation. */
  readonly kinds: readonly {
    /** The endpoint and the types, or the `historyKey`. */
    readonly kind: string;
    /** The last ends, in the order in which the operations began. */
    readonly ends: readonly SavedEnd[];
  }[];
}

/** Saves the ends of kinds, sorted by kind. */
export function saveHistory(kinds: Iterable<readonly [kind: string, ends: readonly End[]]>): SavedHistory {
  const saved = Array.from(kinds, ([kind, ends]) => ({ kind, ends: ends.map(saveEnd) }));
  return { version: 1, kinds: saved.sort((a, b) => (a.kind < b.kind ? -1 : 1)) };
}

function saveEnd({ beganAtMs, runningAtMs, doneAtMs }: End): SavedEnd {
  return [beganAtMs, runningAtMs, doneAtMs === Infinity ? null : doneAtMs];
}

/**
 * Validates a saved history, part by part.
 *
 * @throws TypeError that names the invalid part.
 */
export function readHistory(saved: unknown): readonly (readonly [kind: string, ends: readonly End[]])[] {
  const { version, kinds } = readObject(saved, 'saved');
  assertSaved(version === 1, 'version', '1', version);
  return readList(kinds, 'kinds').map((item, index) => {
    const { kind, ends } = readObject(item, `kinds[${index}]`);
    assertSaved(typeof kind === 'string', `kinds[${index}].kind`, 'a string', kind);
    return [kind, readList(ends, `kinds[${index}].ends`).map((end, i) => readEnd(end, `kinds[${index}].ends[${i}]`))];
  });
}

function readEnd(value: unknown, part: string): End {
  const [beganAtMs, runningAtMs, doneAtMs = null, ...more] = readList(value, part);
  const end = { beganAtMs, runningAtMs, doneAtMs: doneAtMs ?? Infinity };
  assertSaved(isEnd(end) && more.length === 0, part, 'a beginning and two ascending ages in milliseconds', value);
  return end;
}

/** Whether an end can have been: whole times, none negative, and done after it ran. */
export function isEnd(end: { readonly [K in keyof End]: unknown }): end is End {
  const { beganAtMs, runningAtMs, doneAtMs } = end;
  return (
    isTime(beganAtMs) && isTime(runningAtMs) && (isTime(doneAtMs) || doneAtMs === Infinity) && runningAtMs <= doneAtMs
  );
}

function isTime(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function readObject(value: unknown, part: string): Record<string, unknown> {
  assertSaved(typeof value === 'object' && value !== null, part, 'an object', value);
  return value as Record<string, unknown>;
}

function readList(value: unknown, part: string): readonly unknown[] {
  assertSaved(Array.isArray(value), part, 'a list', value);
  return value as readonly unknown[];
}

function assertSaved(isValid: boolean, part: string, rule: string, value: unknown): asserts isValid {
  assertArgument(isValid, 'read the saved history', part, rule, value);
}
