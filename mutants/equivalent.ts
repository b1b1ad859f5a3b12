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
    'this.#batch = undefined;: this.#batch = undefined; → ;': 'a list that has ended ignores it',
    'if (!existing) this.pending.set(name, lookup);: !existing → true': 'sets what is there already',
    'const failure = isRequestError(error) ? error : undefined; // Anything else: the response was not a list.: isRequestError(error) → true':
      'another error has neither a code nor a delay',
  },
  'src/coalescing/fair-queue.ts': {
    'startedMs = 0;: 0 → (0 + 1)': 'set before it is queued',
  },
  'src/coalescing/list-batch.ts': {
    'if (lookup.list === this.#missing) lookup.moveTo(undefined);: lookup.list === this.#missing → true':
      'it waits in this list or in none',
  },
  'src/coalescing/listed-states.ts': {
    '} else loop.applyUpdate(raw, true);: true → false': 'what it throws is caught',
  },
  'src/coalescing/lookup-queue.ts': {
    'if (lookup.list !== this.#lookups) return;: lookup.list !== this.#lookups → false':
      'it leaves its list in any case',
    '#firstMs = 0;: 0 → (0 + 1)': 'set by the first lookup',
    '#latestMs = 0;: 0 → (0 + 1)': 'set by the first lookup',
    'dueMs = 0;: 0 → (0 + 1)': 'set by the timer wheel before it is read',
    'timerIndex = -1;: 1 → (1 + 1)': 'any negative number: no timer',
  },
  'src/many/deadline.ts': {
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
    'if (signal) addAbortListener(signal, (this.#onAbort = () => this.abort(abortReason(signal))));: signal → true':
      'adds no listener where there is no signal',
  },
  'src/rpc/rate-limiter.ts': {
    '#throttleFactor = 1;: 1 → (1 + 1)': 'set by throttle() before it is read',
    'if (this.timerIndex < 0) this.onTimer(now());: this.timerIndex < 0 → true': 'no request is due before the timer',
    'if (this.timerIndex < 0) this.onTimer(now());: this.timerIndex < 0 → ((this.timerIndex) <= (0))':
      'no request is due before the timer',
    'if (this.timerIndex < 0) this.onTimer(now());: 0 → (0 + 1)': 'no request is due before the timer',
    'dueMs = 0;: 0 → (0 + 1)': 'set by the timer wheel before it is read',
    'timerIndex = -1;: 1 → (1 + 1)': 'any negative number: no timer',
  },
  'src/rpc/retry.ts': {
    'return retryAfterMs > 0 ? Math.min(retryAfterMs, maxRetryAfterMs) : 0;: retryAfterMs > 0 → ((retryAfterMs) >= (0))':
      '0 either way',
  },
  'src/rpc/rpc-call.ts': {
    'startedMs = 0;: 0 → (0 + 1)': 'set by start()',
    'sentMs = -1;: 1 → (1 + 1)': 'set before a request is sent',
    'dueMs = 0;: 0 → (0 + 1)': 'set by the timer wheel before it is read',
    'timerIndex = -1;: 1 → (1 + 1)': 'any negative number: no timer',
    'if (deferralMs && deferralMs > 0) return spec.timers.schedule(this, nowMs + deferralMs);: deferralMs > 0 → ((deferralMs) >= (0))':
      'it is not 0',
  },
  'src/rpc/sanitize-error.ts': {
    "(attachments.some((name) => typeof (fields[name] ?? 0) === 'object') || isExposed(fields.cause, depth + 1)): 0 → (0 + 1)":
      'any number is no object',
  },
  'src/rpc/timer-wheel.ts': {
    'const maxTimeoutMs = 2 ** 31 - 1;: 1 → (1 + 1)': 'timers are chained a millisecond earlier',
    'task.timerIndex = -1;: 1 → (1 + 1)': 'any negative number: no timer',
    'bucket.next = undefined;: bucket.next = undefined; → ;': 'for the garbage collector only',
    'return (ms % bucketCount) | 0;: 0 → (0 + 1)': 'another hash',
  },
  'src/waiting/long-poll.ts': {
    '#timeoutMs = 0;: 0 → (0 + 1)': 'set by start() before it is read',
    'this.#consecutiveTimeouts = 2;: 2 → (2 + 1)': 'any number from 2 on',
  },
  'src/waiting/poll-loop.ts': {
    '#stateSentMs = -1;: 1 → (1 + 1)': 'any negative number: there is no state',
    '#stateReceivedMs = -1;: 1 → (1 + 1)': 'read only if there is a state',
    '#isDemandStale = false;: false → true': 'computes the same needs again',
    'if (this.#isDemandStale) {: this.#isDemandStale → true': 'computes the same needs again',
    'this.#isDemandStale = false;: this.#isDemandStale = false; → ;': 'computes the same needs again',
    'this.#isDemandStale = false;: false → true': 'computes the same needs again',
    'dueMs = 0;: 0 → (0 + 1)': 'set by the timer wheel before it is read',
    'timerIndex = -1;: 1 → (1 + 1)': 'any negative number: no timer',
    'if (this.#plan.demand.firstDeadlineMs <= nowMs) {: this.#plan.demand.firstDeadlineMs <= nowMs → true':
      'finds no waiter whose deadline has passed',
    'this.#plan.cancelled(this.#wait?.sentMs ?? -1, nowMs);: 1 → (1 + 1)': 'any negative number: not sent',
    'if (!this.#context.lookup && nowMs - sentMs > this.#context.slowestResponseMs) {: nowMs - sentMs > this.#context.slowestResponseMs → ((nowMs - sentMs) >= (this.#context.slowestResponseMs))':
      'sets the same number',
    'if (this.settings.onEvent) {: this.settings.onEvent → true': 'there is no listener',
    'const deferredMs = isRequestError(error) ? this.#plan.retryAfter(error.retryAfterMs, nowMs) : 0;: isRequestError(error) → true':
      'another error has no retry delay',
    'if (raw.retryAfterMs !== undefined) this.#emitRetryAfter(this.#plan.retryAfter(raw.retryAfterMs, nowMs));: raw.retryAfterMs !== undefined → true':
      'defers until now, which is no delay',
    'if (result) ignoreRejection(result);: result → true': 'what is falsy is no promise',
  },
  'src/waiting/poll-plan.ts': {
    "const todo: Todo = { waitTimeoutMs: 0, sendPoll: false, placedBy: 'age', wakeMs: 0 };: 0 → (0 + 1)":
      'set by takeDue() before it is read',
    "const todo: Todo = { waitTimeoutMs: 0, sendPoll: false, placedBy: 'age', wakeMs: 0 };: false → true":
      'set by takeDue() before it is read',
    "const todo: Todo = { waitTimeoutMs: 0, sendPoll: false, placedBy: 'age', wakeMs: 0 };: 0 → (0 + 1) #2":
      'set by takeDue() before it is read',
    '#lastRequestMs = -1e6;: 1e6 → (1000000 + 1)': 'longer ago than any distance',
    'if (isFirst && isPlain) this.demand = plainDemand;: isFirst && isPlain → false':
      'the same needs in another object',
    'else if (!isPlain || this.demand !== plainDemand) {: !isPlain || this.demand !== plainDemand → true':
      'the same needs in another object',
    'this.#poll = 1;: 1 → (1 + 1)': 'set by pollTimeoutMs() when the poll is sent',
    'this.#poll = remainingMs < timeoutMs ? 2 : 1;: 2 → (2 + 1)': 'any number from 2 on',
    'if (operation.raw.metadata) this.#readMetadata(operation, nowMs);: operation.raw.metadata → true':
      'reads nothing where there is nothing',
    'this.#dueMs = toleranceMs > 0 ? alignDueMs(nextMs, toleranceMs) : nextMs;: 0 → (0 + 1)':
      'on a grid of a millisecond or less, whole milliseconds stay',
    "if (!Number.isFinite(delayMs) || delayMs < 0) assertNumber('poll', 'backoff()', delayMs, 0);: !Number.isFinite(delayMs) || delayMs < 0 → true":
      'checks again what is right',
    "if (!Number.isFinite(delayMs) || delayMs < 0) assertNumber('poll', 'backoff()', delayMs, 0);: delayMs < 0 → ((delayMs) <= (0))":
      'checks again what is right',
    "if (!Number.isFinite(delayMs) || delayMs < 0) assertNumber('poll', 'backoff()', delayMs, 0);: 0 → (0 + 1)":
      'checks again what is right',
    'export const pausedMs = -1e6;: 1e6 → (1000000 + 1)': 'longer ago than any round trip',
    'const jitterSteps = 2 ** 20;: 2 → (2 + 1)': 'finer steps',
    'const jitterSteps = 2 ** 20;: 20 → (20 + 1)': 'finer steps',
  },
  'src/waiting/wait.ts': {
    '#startMs = 0;: 0 → (0 + 1)': 'set by start() before it is read',
    'if (options !== noWaitOptions) validateWaitOptions(options);: options !== noWaitOptions → true':
      'no option is wrong where there are none',
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
