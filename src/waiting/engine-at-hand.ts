import type { Engine } from './engine.js';

// A page that shows something first and waits later need not load what asks before it has something to ask about.
let atHand: typeof Engine | undefined;

/** What asks, if it is loaded. */
export function engineAtHand(): typeof Engine | undefined {
  return atHand;
}

/** Says what asks, for programs that have all of the package at once: the waits then begin in the call itself. */
export function provideEngine(engine: typeof Engine): void {
  atHand = engine;
}

/** Loads what asks. */
export async function loadEngine(): Promise<typeof Engine> {
  return (atHand ??= (await import('./engine.js')).Engine);
}

/** Begins to load it, which who waits first need then not wait for. If that fails, who waits tries again. */
export function preloadEngine(): void {
  loadEngine().catch(() => undefined);
}
