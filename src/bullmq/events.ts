import { isPromise } from '../is-promise.js';

/** What a worker does, or what keeps it from it. */
export type WorkerEvent =
  | {
      /** A batch was polled. */
      readonly type: 'polled';
      /** The service's host. */
      readonly service: string;
      /** What the names of the operations begin with. */
      readonly parent: string;
      /** How many operations were polled. */
      readonly operations: number;
      /** How many of them ended. */
      readonly ended: number;
      /** How many remain in the batch. */
      readonly remaining: number;
    }
  | {
      /** Operations cannot be polled: the worker has no client for their service. They are left to other workers. */
      readonly type: 'missing-client';
      /** The service's host; empty if the operation was added without one. */
      readonly service: string;
      /** How many operations; undefined at the start of the worker. */
      readonly operations?: number;
    }
  | {
      /** An ended operation cannot be handled: the worker's `types` lack its type. It is left to other workers. */
      readonly type: 'unknown-type';
      /** The operation's name. */
      readonly name: string;
      /** The full name of the response's type. */
      readonly responseType: string;
    }
  | {
      /** A job was written by a later version of the package. It is left to other workers. */
      readonly type: 'newer-version';
      /** The version of its data. */
      readonly version: number;
    }
  | {
      /** A handler threw. It is called again, unless that was its last attempt. */
      readonly type: 'handler-failed';
      /** The operation's name. */
      readonly name: string;
      /** What it threw. */
      readonly error: unknown;
      /** The number of the call. */
      readonly attempt: number;
    }
  | {
      /** A CancelOperation failed. The operation is still waited for. */
      readonly type: 'cancel-failed';
      /** The operation's name. */
      readonly name: string;
      /** Why. */
      readonly error: unknown;
    }
  | {
      /** The clock of this machine and that of Redis differ by more than five seconds. Times are those of Redis. */
      readonly type: 'clock-differs';
      /** How much this machine is ahead, in milliseconds. */
      readonly differenceMs: number;
    }
  | {
      /** A job could not be processed or saved, usually since Redis cannot be reached. It is processed again. */
      readonly type: 'error';
      /** Why. */
      readonly error: unknown;
    };

/** Called with each {@link WorkerEvent}. */
export type WorkerListener = (event: WorkerEvent) => unknown;

/** Calls a function of the caller whose failure must not be that of the worker. */
export function callSafely<E>(listener: ((event: E) => unknown) | undefined, event: E): void {
  try {
    const result = listener?.(event);
    if (isPromise(result)) result.then(undefined, () => undefined);
  } catch {
    // A failing listener must not fail the worker.
  }
}
