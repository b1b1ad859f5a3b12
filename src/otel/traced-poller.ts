import { context, trace, type SpanContext } from '@opentelemetry/api';
import type { PollingTimeoutError } from '../errors.js';
import type { Operation } from '../operation.js';
import type { LROPoller } from '../poller.js';
import { readEndTime } from '../polling/metadata.js';
import type { WaitOptions } from '../waiting/wait.js';
import { completedOutcome, leftOutcome, rejectedOutcome, type Outcome } from './outcome.js';
import { formatTraceparent } from './traceparent.js';
import type { Tracing } from './transport.js';
import { WaitSpan } from './wait-span.js';

/** Where an operation comes from. */
export interface Origin {
  /** The span that started it, or that of the wait that is resumed. */
  readonly spanContext: SpanContext | undefined;
  /** The method that started it, if it is known. */
  readonly startingMethod: string | undefined;
  /** The poller's waits that go on, kept by {@link tracePoller}. */
  readonly ownWaits: Set<WaitSpan>;
}

/**
 * Gives the waits of a poller spans and metrics. The methods of this poller are replaced, so that helpers which call them,
 * such as `waitAll()`, are traced too.
 */
export function tracePoller<R, M>(
  poller: LROPoller<R, M>,
  { telemetry, waits }: Tracing,
  { spanContext, startingMethod, ownWaits }: Origin,
): LROPoller<R, M> {
  const promise = poller.promise.bind(poller);
  const pollUntilDone = poller.pollUntilDone.bind(poller);
  const updates = poller.updates.bind(poller);
  const toJSON = poller.toJSON.bind(poller);
  const links = spanContext ? [{ context: spanContext }] : [];
  /** For tokens: the last wait, or what the operation was started by. */
  let last = spanContext;
  const wasDone = poller.operation?.done === true;
  /** Whether a wait has seen the end. Another one, such as `promise()` after an iteration, waits for nothing. */
  let isOver = false;

  const start = (): WaitSpan => {
    const wait = new WaitSpan(telemetry, { name: poller.name, startingMethod, links });
    last = trace.getSpanContext(wait.context) ?? last;
    waits.add(poller.name, wait);
    ownWaits.add(wait);
    return wait;
  };
  const end = (wait: WaitSpan, outcome: Outcome): void => {
    waits.delete(poller.name, wait);
    ownWaits.delete(wait);
    wait.end(outcome);
    const { operation } = poller;
    if (isOver || operation?.done !== true) return;
    isOver = true;
    if (wasDone) return;
    const lagMs = Date.now() - readEndTime(operation);
    if (lagMs >= 0) telemetry.detectionLag.record(lagMs / 1000);
  };
  const withTraceparent = <T extends object>(token: T): T =>
    last ? { ...token, traceparent: formatTraceparent(last) } : token;
  const fail = (wait: WaitSpan, error: unknown, options: WaitOptions<R, M> | undefined): void => {
    const outcome = rejectedOutcome(error, options?.signal);
    end(wait, outcome);
    // Another error may be the reason of an abort, even one of this package.
    if (outcome.outcome !== 'timeout') return;
    const { token } = error as PollingTimeoutError;
    Object.defineProperty(error, 'token', { value: withTraceparent(token), enumerable: true });
  };
  const observe = async <T>(
    options: WaitOptions<R, M> | undefined,
    send: () => Promise<T>,
    outcomeOf: (value: T) => Outcome,
  ): Promise<T> => {
    if (isOver) return send();
    const wait = start();
    try {
      const value = await context.with(wait.context, send);
      end(wait, outcomeOf(value));
      return value;
    } catch (error) {
      fail(wait, error, options);
      throw error;
    }
  };

  const response: Outcome = {
    outcome: 'response',
    errorType: undefined,
    attributes: { 'gcp.longrunning.done': true, 'gcp.longrunning.status_code': 0 },
  };
  poller.promise = (options) =>
    observe(
      options,
      () => promise(options),
      () => response,
    );
  poller.pollUntilDone = (options) => observe(options, () => pollUntilDone(options), completedOutcome);
  poller.updates = (options?: WaitOptions<R, M>) => {
    const recorder = { start, end, fail: (wait: WaitSpan, error: unknown) => fail(wait, error, options) };
    return {
      [Symbol.asyncIterator]: () => {
        const states = updates(options)[Symbol.asyncIterator]();
        return isOver ? states : tracedIterator(states, recorder);
      },
    };
  };
  poller[Symbol.asyncIterator] = () => poller.updates()[Symbol.asyncIterator]();
  poller.toJSON = () => withTraceparent(toJSON());
  return poller;
}

/** Records a wait. */
interface Recorder {
  readonly start: () => WaitSpan;
  readonly end: (wait: WaitSpan, outcome: Outcome) => void;
  readonly fail: (wait: WaitSpan, error: unknown) => void;
}

/** An iteration over the states of an operation as one wait: from its first step until it ends or its reader leaves. */
function tracedIterator<R, M>(
  states: AsyncIterator<Operation<R, M>>,
  { start, end, fail }: Recorder,
): AsyncIterator<Operation<R, M>> {
  let wait: WaitSpan | undefined;
  // Not a generator: its return() would wait until a pending next() has settled.
  return {
    async next() {
      wait ??= start();
      try {
        const step = await states.next();
        // The last state ends the wait: a reader that has it need not request another.
        if (step.done === true) end(wait, leftOutcome);
        else if (step.value.done) end(wait, completedOutcome(step.value));
        return step;
      } catch (error) {
        fail(wait, error);
        throw error;
      }
    },
    async return() {
      const step = await states.return?.();
      if (wait) end(wait, leftOutcome);
      return step ?? { done: true, value: undefined };
    },
  };
}
