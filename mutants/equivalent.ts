import type { Mutant } from './instrument.js';

/** Mutants that no caller can notice, reviewed one by one. By file, then by the key that is printed for a survivor. */
const reviewed: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'src/coalescing/coalescer.ts': {
    'const coalescer = new Coalescer(context, options === true ? {} : options);: options === true → false':
      'true has no options either',
    'const coalescer = new Coalescer(context, options === true ? {} : options);: true → false':
      'true has no options either',
    'return headers ? `${parent}\\n${JSON.stringify(headers)}` : parent;: headers → true':
      'another form of the same internal key',
  },
  'src/coalescing/collection-lookups.ts': {
    'if (!existing) this.pending.set(name, lookup);: !existing → true': 'sets what is there already',
    'const failure = isRequestError(error) ? error : undefined; // Anything else: the response was not a list.: isRequestError(error) → true':
      'another error has neither a code nor a delay',
  },
  'src/coalescing/fair-queue.ts': {
    'startedMs = 0;: 0 → (0 + 1)': 'set before it is queued',
  },
  'src/coalescing/listed-states.ts': {
    '} else loop.applyUpdate(raw, true);: true → false': 'what it throws is caught',
  },
  'src/coalescing/lookup-queue.ts': {
    '#firstMs = 0;: 0 → (0 + 1)': 'set by the first lookup',
    '#latestMs = 0;: 0 → (0 + 1)': 'set by the first lookup',
    'dueMs = 0;: 0 → (0 + 1)': 'set by the timer wheel before it is read',
    'timerIndex = -1;: 1 → (1 + 1)': 'any negative number: no timer',
  },
  'src/operation.ts': {
    "else if (isPushed && typeof (done ?? false) !== 'boolean') problem = \"its 'done' is not a boolean\";: false → true":
      'any boolean has this type',
  },
  'src/polling/backoff.ts': {
    'const delayMs = Math.min(Math.max((multiplier - 1) * ageMs || 0, initialDelayMs), maxDelayMs);: 0 → (0 + 1)':
      'initialDelayMs is at least 1',
  },
  'src/polling/default-backoff.ts': {
    'const { ageMs, nextAgeMs, jitter, expectedMs = 0, remainingMs = 0, requestPriceMs = 500, activeWaits = 0 } = state;: 0 → (0 + 1)':
      'read only if there is one',
    'const { ageMs, nextAgeMs, jitter, expectedMs = 0, remainingMs = 0, requestPriceMs = 500, activeWaits = 0 } = state;: 0 → (0 + 1) #2':
      'any share of an age below 1 is below the minimum',
    'const { ageMs, nextAgeMs, jitter, expectedMs = 0, remainingMs = 0, requestPriceMs = 500, activeWaits = 0 } = state;: 0 → (0 + 1) #3':
      'the load is the same up to 20',
    'const stepMs = Math.max(0.05 * expectedMs, ageMs > expectedMs ? 0.4 * plainMs : 0, Math.min(1000, plainMs));: 0 → (0 + 1)':
      'the plain delay is more',
  },
  'src/polling/metadata.ts': {
    'if (progress) ignoreRejection(value);: progress → true': 'a number is no promise',
  },
  'src/polling/progress-estimator.ts': {
    '#startMs = 0;: 0 → (0 + 1)': 'set by the first sample, which is below the latest',
    '#startProgress = 0;: 0 → (0 + 1)': 'set by the first sample, which is below the latest',
    '#latestMs = 0;: 0 → (0 + 1)': 'set by the first sample',
    '#consumed = false;: false → true': 'set by the first sample that moved; there is no prediction before',
  },
  'src/rpc/call-promise.ts': {
    'if (this.#onAbort) removeAbortListener(this.#signal, this.#onAbort);: this.#onAbort → true':
      'removes no listener where there is none',
  },
  'src/rpc/rate-limiter.ts': {
    '#throttleFactor = 1;: 1 → (1 + 1)': 'set by throttle() before it is read',
    'if (this.timerIndex < 0) this.onTimer(now());: this.timerIndex < 0 → true': 'no request is due before the timer',
  },
  'src/rpc/rpc-call.ts': {
    'startedMs = 0;: 0 → (0 + 1)': 'set by start()',
  },
  'src/rpc/sanitize-error.ts': {
    "(attachments.some((name) => typeof (fields[name] ?? 0) === 'object') || isExposed(fields.cause, depth + 1)): 0 → (0 + 1)":
      'any number is no object',
  },
  'src/rpc/timer-wheel.ts': {
    'const maxTimeoutMs = 2 ** 31 - 1;: 1 → (1 + 1)': 'timers are chained a millisecond earlier',
  },
};

/** Why a mutant is equivalent, if it is. */
export class Equivalents {
  readonly #unused = new Set(
    Object.entries(reviewed).flatMap(([file, entries]) => Object.keys(entries).map((key) => `${file}: ${key}`)),
  );

  reasonFor({ file, key }: Mutant): string | undefined {
    this.#unused.delete(`${file}: ${key}`);
    return reviewed[file]?.[key];
  }

  /** Entries that match no mutant any more. */
  get unused(): readonly string[] {
    return [...this.#unused];
  }
}
