import type { Body } from './test-file.js';

// Tests may fake these.
const real = { setTimeout, setInterval, clearInterval, setImmediate, now: performance.now.bind(performance) };

/** A test that took too long. What it began may go on. */
export class HangError extends Error {}

/** How often a test is looked at. */
const periodMs = 10;

/** Looks at the test under way: whether it takes too long, can never end, or left an error to no one. */
export class Watch implements Disposable {
  readonly #idle = process.getActiveResourcesInfo().length;
  #unhandled: ((error: unknown) => void) | undefined;
  readonly #onUnhandled = (error: unknown): void => this.#unhandled?.(error);

  constructor() {
    process.on('unhandledRejection', this.#onUnhandled);
    process.on('uncaughtException', this.#onUnhandled);
  }

  /** Runs a part of a test, and rejects as it fails. */
  async limit(part: Body, limitMs: number): Promise<void> {
    const untilMs = real.now() + limitMs;
    let idlePeriods = 0;
    let timer: NodeJS.Timeout | undefined;
    const failed = new Promise<never>((_, reject) => {
      this.#unhandled = reject;
      timer = real.setInterval(() => {
        idlePeriods = this.#canNeverEnd() ? idlePeriods + 1 : 0;
        if (real.now() > untilMs) reject(new HangError('It takes too long'));
        else if (idlePeriods > 3) reject(new Error('It can never end'));
      }, periodMs);
      timer.unref();
    });
    try {
      await Promise.race([run(part), failed]);
    } finally {
      real.clearInterval(timer);
      this.#unhandled = undefined;
    }
  }

  /** Time is virtual, and nothing is under way that could go on. */
  #canNeverEnd(): boolean {
    return setTimeout !== real.setTimeout && process.getActiveResourcesInfo().length <= this.#idle;
  }

  [Symbol.dispose](): void {
    process.off('unhandledRejection', this.#onUnhandled);
    process.off('uncaughtException', this.#onUnhandled);
  }
}

/** Rejections that are not handled are reported after the part, once the event loop has turned. */
async function run(part: Body): Promise<void> {
  await part();
  await new Promise<void>((resolve) => void real.setImmediate(resolve));
}
