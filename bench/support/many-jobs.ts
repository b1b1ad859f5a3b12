// The operations of bench/many.ts, the same in the server process and in the client process.
import { random } from './scripted-operations.js';

/** One operation. */
export interface Job {
  readonly name: string;
  /** Start and end in virtual milliseconds. */
  readonly startMs: number;
  readonly endMs: number;
}

const medianMs = 120_000;
/** The operations are started evenly within this time. */
const startedWithinMs = 60_000;

/** An operation that is done when it starts. */
export const warmUp: Job = { name: 'projects/bench/locations/global/operations/warm-up', startMs: 0, endMs: 0 };

/** Jobs under one parent; durations are log-normal with a sigma of 1, the same for every client. */
export function jobs(count: number): Job[] {
  const draw = random(20 + count);
  return Array.from({ length: count }, (_, i) => {
    // Box–Muller transform.
    const normal = Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
    const startMs = Math.round((i * startedWithinMs) / count);
    const name = `projects/bench/locations/global/operations/${i}`;
    return { name, startMs, endMs: startMs + Math.round(medianMs * Math.exp(normal)) };
  });
}
