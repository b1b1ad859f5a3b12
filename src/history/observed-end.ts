import type { EndSource, ObservedEnd } from '../polling/duration-history.js';
import { readEndTime, readStartTime } from '../polling/metadata.js';
import type { End } from './end-record.js';

/** How far the times in metadata may be from what was observed, in milliseconds. */
const toleranceMs = 1000;

/** An end as a history keeps it: exact if the metadata have both times, and these fit what was observed. */
export function endOf({ beganAtMs, runningAtMs, doneAtMs = Infinity }: ObservedEnd, { operation }: EndSource): End {
  const metadataMs = operation?.done ? readEndTime(operation) - readStartTime(operation) : NaN;
  const fits = metadataMs >= runningAtMs - toleranceMs && metadataMs <= doneAtMs + toleranceMs;
  const exactMs = Math.min(Math.max(metadataMs, runningAtMs), doneAtMs);
  return {
    beganAtMs: Math.round(beganAtMs),
    runningAtMs: Math.round(fits ? exactMs : runningAtMs),
    doneAtMs: Math.round(fits ? exactMs : doneAtMs),
  };
}
