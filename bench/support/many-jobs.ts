// The operations that bench/many.ts is about: known to the server's process and to the client's.
import { random } from './scripted-operations.js';

/** One operation. */
export interface Job {
  readonly name: string;
  /** When it begins and when it ends, in virtual milliseconds. */
  readonly startMs: number;
  readonly endMs: number;
}

export const medianMs = 120_000;
/** Within which they are started, one after the other. */
const startedWithinMs = 60_000;

/** One that is done when it begins. */
export const warmUp: Job = { name: 'projects/bench/locations/global/operations/warm-up', startMs: 0, endMs: 0 };

/** Jobs under one parent; durations are log-normal with a sigma of 1, the same for every client. */
export function jobs(count: number): Job[] {
  const draw = random(20 + count);
  return Array.from({ length: count }, (_, i) => {
    // Box and Muller.
    const normal = Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
    const startMs = Math.round((i * startedWithinMs) / count);
    const name = `projects/bench/locations/global/operations/${i}`;
    return { name, startMs, endMs: startMs + Math.round(medianMs * Math.exp(normal)) };
  });
}
