import { context, trace, type SpanContext } from '@opentelemetry/api';
import { isLROError } from '../errors.js';
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
}

/**
 * Gives the waits of a poller spans and metrics. The methods of this poller are replaced, so that helpers which call them,
 * such as `waitAll()`, are traced too.
 */
export function tracePoller<R, M>(
  poller: LROPoller<R, M>,
  { telemetry, waits }: Tracing,
  { spanContext, startingMethod }: Origin,
): LROPoller<R, M> {
  const promise = poller.promise.bind(poller);
  const pollUntilDone = poller.pollUntilDone.bind(poller);
  const updates = poller.updates.bind(poller);
  const toJSON = poller.toJSON.bind(poller);
  const links = spanContext ? [{ context: spanContext }] : [];
  /** For tokens: the last wait, or what the operation was started by. */
  let last = spanContext;
  let isLagRecorded = poller.operation?.done === true;

  const start = (): WaitSpan => {
    const wait = new WaitSpan(telemetry, { name: poller.name, startingMethod, links });
    last = trace.getSpanContext(wait.context) ?? last;
    waits.add(poller.name, wait);
    return wait;
  };
  const end = (wait: WaitSpan, outcome: Outcome): void => {
    waits.delete(poller.name, wait);
    wait.end(outcome);
    const { operation } = poller;
    if (isLagRecorded || operation?.done !== true) return;
    isLagRecorded = true;
    const lagMs = Date.now() - readEndTime(operation);
    if (lagMs >= 0) telemetry.detectionLag.record(lagMs / 1000);
  };
  const withTraceparent = <T extends object>(token: T): T =>
    last ? { ...token, traceparent: formatTraceparent(last) } : token;
  const observe = async <T>(send: () => Promise<T>, outcomeOf: (value: T) => Outcome): Promise<T> => {
    const wait = start();
    try {
      const value = await context.with(wait.context, send);
      end(wait, outcomeOf(value));
      return value;
    } catch (error) {
      end(wait, rejectedOutcome(error));
      if (isLROError(error) && error.code === 'LRO_POLLING_TIMEOUT') {
        Object.defineProperty(error, 'token', { value: withTraceparent(error.token), enumerable: true });
      }
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
      () => promise(options),
      () => response,
    );
  poller.pollUntilDone = (options) => observe(() => pollUntilDone(options), completedOutcome);
  poller.updates = (options?: WaitOptions<R, M>) => tracedUpdates(() => updates(options), start, end);
  poller[Symbol.asyncIterator] = () => poller.updates()[Symbol.asyncIterator]();
  poller.toJSON = () => withTraceparent(toJSON());
  return poller;
}

/** An iteration over the states of an operation as one wait: from its first step until it ends or its reader leaves. */
function tracedUpdates<R, M>(
  open: () => AsyncIterable<Operation<R, M>>,
  start: () => WaitSpan,
  end: (wait: WaitSpan, outcome: Outcome) => void,
): AsyncIterable<Operation<R, M>> {
  const iterate = (): AsyncIterator<Operation<R, M>> => {
    const states = open()[Symbol.asyncIterator]();
    let wait: WaitSpan | undefined;
    let outcome = leftOutcome;
    // Not a generator: its return() would wait until a pending next() has settled.
    return {
      async next() {
        wait ??= start();
        try {
          const step = await states.next();
          if (step.done === true) end(wait, outcome);
          else if (step.value.done) outcome = completedOutcome(step.value);
          return step;
        } catch (error) {
          end(wait, rejectedOutcome(error));
          throw error;
        }
      },
      async return() {
        const step = await states.return?.();
        if (wait) end(wait, outcome);
        return step ?? { done: true, value: undefined };
      },
    };
  };
  return { [Symbol.asyncIterator]: iterate };
}
