import type { ObservedEnd, PollTable } from 'longrunning/history';
import { defaultLaw } from '../../src/polling/default-law.js';
import { fc } from '../support/fast-check.js';

export const law = defaultLaw();

/** An end that was found between two ages, one second apart unless told otherwise. */
export function endAt(durationMs: number, beganAtMs = 0, withinMs = 1000): ObservedEnd {
  return { beganAtMs, runningAtMs: durationMs - withinMs / 2, doneAtMs: durationMs + withinMs / 2 };
}

/** The ages at which a poller with this table polls an operation, from a first age on; the default's without a table. */
export function pollAges(table: PollTable | undefined, durationMs: number, jitter: number, fromMs = 0): number[] {
  const agesMs = [];
  for (let ageMs = fromMs; ageMs < durationMs;) {
    const firstMs = 1600 - 160 * jitter;
    const defaultMs = ageMs < firstMs ? firstMs : ageMs + law.delayMs(ageMs);
    ageMs = table?.nextAgeMs(ageMs, jitter) ?? defaultMs;
    agesMs.push(ageMs);
  }
  return agesMs;
}

/** A duration in milliseconds: each order of magnitude as often as another. */
export const duration = fc.double({ min: 0, max: 18, noNaN: true }).map((log) => Math.exp(log));

/** Whatever can be recorded: from nothing to thirty years, aborted or not. */
export const anyEnd: fc.Arbitrary<ObservedEnd> = fc.record({
  beganAtMs: fc.oneof(fc.nat(), fc.double()),
  runningAtMs: fc.oneof(duration, fc.nat(1e12), fc.double()),
  doneAtMs: fc.option(fc.oneof(duration, fc.nat(1e12), fc.double()), { nil: undefined }),
});

/** Ends of operations as they are: an end after a running state. */
const plausibleEnd: fc.Arbitrary<ObservedEnd> = fc
  .record({
    beganAtMs: fc.nat(100),
    runningAtMs: duration,
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    isAborted: fc.boolean(),
  })
  .map(({ beganAtMs, runningAtMs, share, isAborted }) => ({
    beganAtMs,
    runningAtMs,
    doneAtMs: isAborted && share > 0.5 ? undefined : runningAtMs * (1 + share),
  }));

/** Ends of one kind, plausible and similar, or anything. */
export const anyEnds = fc.oneof(
  fc.array(anyEnd, { maxLength: 80 }),
  fc.array(plausibleEnd, { minLength: 1, maxLength: 30 }),
  fc
    .tuple(duration, fc.array(fc.double({ min: 0.8, max: 1.25, noNaN: true }), { minLength: 1, maxLength: 70 }))
    .map(([durationMs, shares]) => shares.map((share, index) => endAt(durationMs * share, index, durationMs * 0.1))),
);
