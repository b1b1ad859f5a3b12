import { ModernFakeTimers } from '@jest/fake-timers';
import { ModuleMocker } from 'jest-mock';

/** What tests may fake. */
const { setTimeout, clearTimeout, setInterval, clearInterval, setImmediate, clearImmediate, queueMicrotask, Date } =
  globalThis;
const globals = {
  setTimeout,
  clearTimeout,
  setInterval,
  clearInterval,
  setImmediate,
  clearImmediate,
  queueMicrotask,
  Date,
};

/** What tests use of Jest's object `jest`. */
export class JestObject {
  readonly #mocker = new ModuleMocker(globalThis);
  readonly #timers = new ModernFakeTimers({
    config: { fakeTimers: {}, rootDir: process.cwd() } as never,
    global: globalThis,
  });

  readonly jest = {
    fn: this.#mocker.fn.bind(this.#mocker),
    spyOn: this.#mocker.spyOn.bind(this.#mocker),
    mocked: (value: unknown) => value,
    restoreAllMocks: () => this.#mocker.restoreAllMocks(),
    useFakeTimers: (config?: object) => this.#timers.useFakeTimers(config),
    useRealTimers: () => this.#timers.useRealTimers(),
    advanceTimersByTime: (ms: number) => this.#timers.advanceTimersByTime(ms),
    advanceTimersByTimeAsync: (ms: number) => this.#timers.advanceTimersByTimeAsync(ms),
    getTimerCount: () => this.#timers.getTimerCount(),
    clearAllTimers: () => this.#timers.clearAllTimers(),
    setSystemTime: (now?: number | Date) => this.#timers.setSystemTime(now),
    setTimeout: () => undefined,
  };

  /** Undoes what a test left. */
  reset(): void {
    this.#mocker.restoreAllMocks();
    this.#timers.useRealTimers();
    Object.assign(globalThis, globals);
    this.#mocker.clearAllMocks();
  }
}
