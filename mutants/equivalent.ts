import type { Mutant } from './instrument.js';

/** Mutants that no caller can notice, reviewed one by one. By file, then by the key that is printed for a survivor. */
const reviewed: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'src/coalescing/coalescer.ts': {
    'return headers ? `${parent}\\n${JSON.stringify(headers)}` : parent;: headers → true':
      'another form of the same internal key',
  },
  'src/coalescing/collection-lookups.ts': {
    'this.#batch = undefined;: this.#batch = undefined; → ;': 'a list that has ended ignores it',
    '#add(name: string, sentMs: number, timeoutMs = 0): PendingLookup {: 0 → (0 + 1)':
      'a request takes a millisecond at least',
    'const failure = isRequestError(error) ? error : undefined; // Anything else: the response was not a list.: isRequestError(error) → true':
      'another error has neither a code nor a delay',
  },
  'src/coalescing/list-batch.ts': {
    'if (lookup.list === this.#missing) lookup.moveTo(undefined);: lookup.list === this.#missing → true':
      'it waits in this list or in none',
  },
  'src/coalescing/listed-states.ts': {
    '} else loop.applyUpdate(raw, true, sentMs);: true → false': 'what it throws is caught',
  },
  'src/coalescing/lookup-queue.ts': {
    'if (!this.has(lookup)) return;: !this.has(lookup) → false': 'it leaves its list in any case',
    '#firstMs = 0;: 0 → (0 + 1)': 'set by the first lookup',
    '#latestMs = 0;: 0 → (0 + 1)': 'set by the first lookup',
    'timerIndex = 0;: 0 → (0 + 1)': 'set by the timer wheel before it is read',
  },
  'src/coalescing/pending-lookup.ts': {
    'timeoutMs = 0;: 0 → (0 + 1)': 'a request takes a millisecond at least',
    'else if (!this.#first) this.#first = caller;: !this.#first → false': 'spares an array for one caller',
    'else if (!this.#first) this.#first = caller;: !this.#first → this.#first': 'spares an array for one caller',
  },
  'src/history/bounds.ts': {
    'return ageMs > 0 ? ageMs + maxDelayMs(law, ageMs) : maxFirstMs;: 0 → (0 + 1)': 'no age is between 0 and 200 ms',
  },
  'src/history/build-table.ts': {
    'const isGood = latenessShare(mesh, priced, agesMs) <= always - atFirst / support - atFewRequests / requests;: latenessShare(mesh, priced, agesMs) <= always - atFirst / support - atFewRequests / requests → ((latenessShare(mesh, priced, agesMs)) < (always - atFirst / support - atFewRequests / requests))':
      'the figures are never equal',
    'if (!isGood && support >= ends / 2) return undefined;: support >= ends / 2 → ((support) > (ends / 2))':
      'the figures are never equal',
    'const isTrusted = isGood && !(newest && latenessShare(withKernels(mesh, newest), priced, agesMs) > maxNewestLateness);: latenessShare(withKernels(mesh, newest), priced, agesMs) > maxNewestLateness → ((latenessShare(withKernels(mesh, newest), priced, agesMs)) >= (maxNewestLateness))':
      'the figures are never equal',
    'if (placed.requests > budget) max = density;: placed.requests > budget → ((placed.requests) >= (budget))':
      'the figures are never equal',
  },
  'src/history/duration-history.ts': {
    'begin(kind: OperationKind, requestPriceMs = 500, activeWaits = 0): PollTable | undefined {: 500 → (500 + 1)':
      'rounded to the same price',
    'begin(kind: OperationKind, requestPriceMs = 500, activeWaits = 0): PollTable | undefined {: 0 → (0 + 1)':
      'up to 20 waits a request costs the same',
  },
  'src/history/end-record.ts': {
    'return this.#beganAtMs.at(-1) ?? 0;: 0 → (0 + 1)': 'no kind is without ends',
    'while (index > 0 && compareEnds(this.#at(index - 1), added) > 0) index--;: index > 0 → ((index) >= (0))':
      'compared with no end, the result is not more than 0',
    'while (index > 0 && compareEnds(this.#at(index - 1), added) > 0) index--;: compareEnds(this.#at(index - 1), added) > 0 → ((compareEnds(this.#at(index - 1), added)) >= (0))':
      'ends that compare equal are the same',
  },
  'src/history/expert-shares.ts': {
    'const best = Math.max(...scores);: Math.max → Math.min': 'shares are relative',
    'const shares = normalize(scores.map((score) => Math.exp(score - best)));: score - best → ((score) + (best))':
      'shares are relative',
    'return normalize(shares.map((share) => (share < minShare ? 0 : share)));: share < minShare → ((share) <= (minShare))':
      'the figures are never equal',
    'let score = 0;: 0 → (0 + 1)': 'the same for all experts, and shares are relative',
    'for (let before = index - 1; before >= 0 && weight > minWeight; before--, weight *= expert.memory) {: weight > minWeight → ((weight) >= (minWeight))':
      'no weight is equal to the least',
  },
  'src/history/kind-history.ts': {
    '#newEnds = 0;: 0 → (0 + 1)': 'the first table is made anyway, and sets it',
    '#alert = 0;: 0 → (0 + 1)': 'each end lowers it before it is read',
    'this.#alert = 0;: 0 → (0 + 1)': 'each end lowers it before it is read',
    'return isSurprise(this.#expected, intervalOf(runningAtMs, doneAtMs, false));: false → true':
      'only the ages decide',
  },
  'src/history/learned-distribution.ts': {
    'return share > 0 ? [{ expert, share }] : [];: share > 0 → true': 'an expert without a share counts nothing',
    'return share > 0 ? [{ expert, share }] : [];: share > 0 → ((share) >= (0))':
      'an expert without a share counts nothing',
  },
  'src/history/mesh.ts': {
    'for (let i = 1; i < length; i++) {: i < length → ((i) <= (length))':
      'nothing is written after the end of an array',
    'while (next < pollsMs.length && (pollsMs[next] as number) < middleMs) next++;: next < pollsMs.length → ((next) <= (pollsMs.length))':
      'no age is less than undefined',
    'while (next < pollsMs.length && (pollsMs[next] as number) < middleMs) next++;: (pollsMs[next] as number) < middleMs → (((pollsMs[next] as number)) <= (middleMs))':
      'the figures are never equal',
    'lateness += (((ended[i] as number) - (ended[i - 1] as number)) * delayMs) / law.latenessUnitMs(middleMs);: lateness += (((ended[i] as number) - (ended[i - 1] as number)) * delayMs) / law.latenessUnitMs(midd… → lateness -= (((ended[i] as number) - (ended[i - 1] as number)) * delayMs) / law.latenessUnitMs(midd…':
      'the sign cancels in a quotient',
  },
  'src/history/narrow.ts': {
    'if (interval.high - interval.low < expert.bandwidth) continue;: interval.high - interval.low < expert.bandwidth → ((interval.high - interval.low) <= (expert.bandwidth))':
      'the figures are never equal',
    'if (distance > 12 || i === own) continue;: distance > 12 → ((distance) >= (12))': 'the figures are never equal',
  },
  'src/history/place-polls.ts': {
    'if (position >= mesh.agesMs.length - 1) break;: position >= mesh.agesMs.length - 1 → ((position) > (mesh.agesMs.length - 1))':
      'the figures are never equal',
    'for (; index < worth.length; index++, share = 1) {: index < worth.length → ((index) <= (worth.length))':
      'after the last cell the result is the same',
    'if (available >= missing) return index - share + (share * missing) / available;: available >= missing → ((available) > (missing))':
      'the next cell gives the same position',
    'if ((agesMs[index] as number) >= latest) return index;: (agesMs[index] as number) >= latest → (((agesMs[index] as number)) > (latest))':
      'the figures are never equal',
  },
  'src/history/poll-clock.ts': {
    'while (this.#lastMs < ageMs && ages.length < maxPolls) this.#extend();: this.#lastMs < ageMs → ((this.#lastMs) <= (ageMs))':
      'computes an age more, with the same result',
    'if (ageMs >= this.#lastMs) return ages.length - 1 + (ageMs - this.#lastMs) / this.#law.delayMs(this.#lastMs);: ageMs >= this.#lastMs → ((ageMs) > (this.#lastMs))':
      'the same result at the last age',
    'let high = ages.length - 1;: ages.length - 1 → ((ages.length) + (1))': 'no age is at most undefined',
    'if ((ages[middle] as number) <= ageMs) low = middle;: (ages[middle] as number) <= ageMs → (((ages[middle] as number)) < (ageMs))':
      'the same result at an age between two',
    'while (ages.length - 1 < polls && ages.length < maxPolls) this.#extend();: ages.length - 1 < polls → ((ages.length - 1) <= (polls))':
      'computes an age more, with the same result',
    'while (ages.length - 1 < polls && ages.length < maxPolls) this.#extend();: 1 → (1 + 1)':
      'computes an age more, with the same result',
  },
  'src/history/remaining.ts': {
    'for (let i = 0; i < 40; i++) {: 0 → (0 + 1)': '39 or 41 halvings differ by less than a billionth',
    'for (let i = 0; i < 40; i++) {: i < 40 → ((i) <= (40))': '39 or 41 halvings differ by less than a billionth',
    'for (let i = 0; i < 40; i++) {: 40 → (40 + 1)': '39 or 41 halvings differ by less than a billionth',
  },
  'src/history/saved-history.ts': {
    'return { version: 1, kinds: saved.sort((a, b) => (a.kind < b.kind ? -1 : 1)) };: a.kind < b.kind → ((a.kind) <= (b.kind))':
      'no two kinds are equal',
    'return { version: 1, kinds: saved.sort((a, b) => (a.kind < b.kind ? -1 : 1)) };: 1 → (1 + 1) #2':
      'only the sign counts',
    'return { version: 1, kinds: saved.sort((a, b) => (a.kind < b.kind ? -1 : 1)) };: 1 → (1 + 1) #3':
      'only the sign counts',
  },
  'src/history/surprise.ts': {
    'return probabilityUpTo(grid, middle + half) - probabilityUpTo(grid, middle - half) < minDensity * 2 * half;: probabilityUpTo(grid, middle + half) - probabilityUpTo(grid, middle - half) < minDensity * 2 * half → ((probabilityUpTo(grid, middle + half) - probabilityUpTo(grid, middle - half)) <= (minDensity * 2 *…':
      'the figures are never equal',
  },
  'src/many/deadline.ts': { 'timerIndex = 0;: 0 → (0 + 1)': 'set by the timer wheel before it is read' },
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
  'src/polling/metadata.ts': { 'if (progress) ignoreRejection(value);: progress → true': 'a number is no promise' },
  'src/polling/progress-estimator.ts': {
    '#startMs = 0;: 0 → (0 + 1)': 'set by the first sample, which is below the latest',
    '#startProgress = 0;: 0 → (0 + 1)': 'set by the first sample, which is below the latest',
    '#latestMs = 0;: 0 → (0 + 1)': 'set by the first sample',
    '#consumed = false;: false → true': 'set by the first sample that moved; there is no prediction before',
  },
  'src/rpc/call-promise.ts': {
    'if (signal) addAbortListener(signal, (this.#onAbort = () => this.abort(abortReason(signal))));: signal → true':
      'adds no listener where there is no signal',
  },
  'src/rpc/rate-limiter.ts': {
    '#throttleFactor = 1;: 1 → (1 + 1)': 'set by throttle() before it is read',
    'if (this.bucket) return;: this.bucket → false': 'no request is due before the timer',
    'timerIndex = 0;: 0 → (0 + 1)': 'set by the timer wheel before it is read',
  },
  'src/rpc/retry.ts': {},
  'src/rpc/rpc-call.ts': {
    'if (!attempt) return this.start(now(), (this.#retries?.attempts ?? 0) < 2);: 0 → (0 + 1)': 'less than 2, too',
    'sentMs = -1;: 1 → (1 + 1)': 'set before a request is sent',
    'timerIndex = 0;: 0 → (0 + 1)': 'set by the timer wheel before it is read',
    'if (deferralMs && deferralMs > 0) return spec.context.timers.schedule(this, nowMs + deferralMs);: deferralMs > 0 → ((deferralMs) >= (0))':
      'it is not 0',
  },
  'src/rpc/sanitize-error.ts': {
    "attachments.some((name) => typeof (fields[name] ?? 0) === 'object') ||: 0 → (0 + 1)": 'any number is no object',
  },
  'src/rpc/timer-wheel.ts': {
    'const maxTimeoutMs = 2 ** 31 - 1;: 1 → (1 + 1)': 'timers are chained a millisecond earlier',
    'if (previous.atMs === untilMs || (latestMs < Infinity && latestMs <= now())) return;: latestMs < Infinity → true':
      'no time is after it',
    'bucket.next = undefined;: bucket.next = undefined; → ;': 'for the garbage collector only',
    'return (ms % bucketCount) | 0;: 0 → (0 + 1)': 'another hash',
  },
  'src/transports/grpc-status.ts': {
    'if (!ArrayBuffer.isView(bytes)) return undefined;: !ArrayBuffer.isView(bytes) → false':
      'nothing but bytes can be decoded: it throws, which is caught',
  },
  'src/waiting/long-poll.ts': {
    '#timeoutMs = 0;: 0 → (0 + 1)': 'set by start() before it is read',
    'this.#consecutiveTimeouts = 2;: 2 → (2 + 1)': 'any number from 2 on',
  },
  'src/waiting/operation-requests.ts': {
    'this.plan.cancelled(this.#wait?.sentMs ?? -1, nowMs);: 1 → (1 + 1)': 'any negative number: not sent',
    'if (this.settings.onEvent) {: this.settings.onEvent → true': 'there is no listener',
    'const delayMs = isRequestError(error) ? this.plan.retryAfter(error.retryAfterMs, nowMs) : 0;: isRequestError(error) → true':
      'another error has no retry delay',
    'if (result) ignoreRejection(result);: result → true': 'what is falsy is no promise',
  },
  'src/waiting/poll-loop.ts': {
    '#stateSentMs = -1;: 1 → (1 + 1)': 'any negative number: there is no state',
    '#stateReceivedMs = -1;: 1 → (1 + 1)': 'read only if there is a state',
    '#isDemandStale = false;: false → true': 'computes the same needs again',
    'if (this.#isDemandStale) {: this.#isDemandStale → true': 'computes the same needs again',
    'this.#isDemandStale = false;: this.#isDemandStale = false; → ;': 'computes the same needs again',
    'this.#isDemandStale = false;: false → true': 'computes the same needs again',
    'timerIndex = 0;: 0 → (0 + 1)': 'set by the timer wheel before it is read',
    'if (this.plan.demand.firstDeadlineMs <= nowMs) {: this.plan.demand.firstDeadlineMs <= nowMs → true':
      'finds no waiter whose deadline has passed',
  },
  'src/waiting/poll-plan.ts': {
    'const todo: Todo = { waitTimeoutMs: 0, sendPoll: false, wakeMs: 0 };: 0 → (0 + 1)':
      'set by takeDue() before it is read',
    'const todo: Todo = { waitTimeoutMs: 0, sendPoll: false, wakeMs: 0 };: false → true':
      'set by takeDue() before it is read',
    'const todo: Todo = { waitTimeoutMs: 0, sendPoll: false, wakeMs: 0 };: 0 → (0 + 1) #2':
      'set by takeDue() before it is read',
    '#lastRequestMs = -1e6;: 1e6 → (1000000 + 1)': 'longer ago than any distance',
    'if (isFirst && isPlain) this.demand = plainDemand;: isFirst && isPlain → false':
      'the same needs in another object',
    'else if (!isPlain || this.demand !== plainDemand) {: !isPlain || this.demand !== plainDemand → true':
      'the same needs in another object',
    'this.#poll = 1;: 1 → (1 + 1)': 'set by pollTimeoutMs() when the poll is sent',
    'this.#poll = remainingMs < timeoutMs ? 2 : 1;: 2 → (2 + 1)': 'any number from 2 on',
    'export const pausedMs = -1e6;: 1e6 → (1000000 + 1)': 'longer ago than any round trip',
  },
  'src/waiting/schedule.ts': {
    'if (operation.raw.metadata) this.#readMetadata(operation, nowMs, isInitial);: operation.raw.metadata → true':
      'reads nothing where there is nothing',
    'return toleranceMs > 0 ? alignDueMs(nextMs, toleranceMs) : nextMs;: 0 → (0 + 1)':
      'on a grid of a millisecond or less, whole milliseconds stay',
    "if (!Number.isFinite(delayMs) || delayMs < 0) assertNumber('poll', 'backoff()', delayMs, 0);: !Number.isFinite(delayMs) || delayMs < 0 → true":
      'checks again what is right',
    "if (!Number.isFinite(delayMs) || delayMs < 0) assertNumber('poll', 'backoff()', delayMs, 0);: delayMs < 0 → ((delayMs) <= (0))":
      'checks again what is right',
    "if (!Number.isFinite(delayMs) || delayMs < 0) assertNumber('poll', 'backoff()', delayMs, 0);: 0 → (0 + 1)":
      'checks again what is right',
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
