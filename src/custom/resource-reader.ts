import type { Any } from '../any.js';
import { throwInvalidArgument } from '../arguments.js';
import { MalformedOperationError } from '../decode-errors.js';
import { isPromise } from '../is-promise.js';
import { sanitizeCause } from '../rpc/sanitize-error.js';
import { Code, type Status } from '../status.js';
import type { RawOperation } from '../transport.js';
import { Redactor } from '../transports/redact.js';
import { defaultDone, defaultError, defaultField, defaultName, toCustomError } from './defaults.js';
import type { ResourceReaders } from './options.js';
import { pollAfterMs } from './poll-after.js';
import { describeResource, SilentResponses } from './silent-responses.js';
import { statusFrom } from './status.js';
import { interruptedMetadata, wrapValue } from './value.js';

/** Converts the resources of a service to operations, with the caller's functions or those of `defaults.ts`. */
export class ResourceReader<T, R, M> {
  readonly #readers: ResourceReaders<T, R, M>;
  readonly #silentResponses = new SilentResponses();

  constructor(readers: ResourceReaders<T, R, M>) {
    this.#readers = readers;
  }

  /**
   * Reads the response to a request.
   *
   * @throws {@link MalformedOperationError} if there is no resource, if a function cannot read it, or if it is the third in a
   * row that does not say whether the operation is done.
   * @throws TypeError if a function returns a value of another type.
   */
  readResponse(resource: T, name?: string): RawOperation {
    const operation = this.toOperation(resource, name);
    if (!this.#readers.done && operation.interruption === undefined) {
      this.#silentResponses.check(operation.name, resource);
    }
    return operation;
  }

  /** As `readResponse()`, for a resource of which the next one may say more. */
  toOperation(resource: T, name = ''): RawOperation {
    const readers = this.#readers;
    // The functions need a resource.
    const given: unknown = resource;
    if (given === undefined || given === null) throw new MalformedOperationError(name, `the resource is ${given}`);
    const call = <V>(option: string, read: (resource: T) => V): V =>
      syncValue(option, callReader(option, read, resource, name));
    const resolvedName = name || call('name', readers.name ?? defaultName);
    const done = call('done', readers.done ?? defaultDone);
    // Another truthy value is a mistake: only `true` means completion.
    if (done && (done as unknown) !== true) refuse('done', 'true or false', done);
    const metadata = this.#value('metadata', resource);
    if (!done) {
      const interruption = call('interrupted', readers.interrupted ?? isNever);
      return { name: resolvedName, done, ...this.#runningState(resource, metadata, interruption) };
    }
    const sent = call('error', readers.error ?? defaultError);
    const status = call('error', () => errorStatus(sent));
    if (status) return { name: resolvedName, done, metadata, error: status };
    return { name: resolvedName, done, metadata, response: this.#value('response', resource) };
  }

  #runningState(resource: T, metadata: Any | undefined, interruption: unknown): Omit<RawOperation, 'name' | 'done'> {
    const retryAfterMs = pollAfterMs(resource, this.#readers.pollAfterMs);
    const isInterrupted = (interruption ?? false) !== false;
    return {
      metadata: isInterrupted ? interruptedMetadata(metadata, interruption) : metadata,
      ...(retryAfterMs !== undefined && { retryAfterMs }),
      ...(isInterrupted && { interruption }),
    };
  }

  /** Wraps the response or the metadata of a resource. */
  #value(field: 'response' | 'metadata', resource: T): Any | undefined {
    const read = this.#readers[field];
    return wrapValue(field, () => (read ? read(resource) : defaultField(resource, field)));
  }
}

const isNever = (): false => false;

/** The status of an operation that failed. Some services always send a status; code 0 is not an error. */
function errorStatus(sent: unknown): Status | undefined {
  const error = toCustomError(sent);
  const status = error && statusFrom(error);
  return status?.code === Code.OK ? undefined : status;
}

/**
 * Calls a function that reads a resource. What it throws is not the failure of a request, whatever it looks like: the next
 * response would be read no better.
 */
function callReader<T, V>(option: string, read: (resource: T) => V, resource: T, name: string): V {
  try {
    return read(resource);
  } catch (error) {
    if (error instanceof MalformedOperationError) throw error;
    throw new MalformedOperationError(name, `'${option}' cannot read ${describe(resource, error)}`, safeCause(error));
  }
}

function describe(resource: unknown, error: unknown): string {
  try {
    const { message = error } = Object(error) as { message?: unknown };
    return `${describeResource(resource)}: ${new Redactor().beginning(String(message), 300)}`;
  } catch {
    return 'the resource: an error that cannot be read';
  }
}

/** The error, without the request that an HTTP library attached to it; undefined if it cannot be read. */
function safeCause(error: unknown): unknown {
  try {
    return sanitizeCause(error);
  } catch {
    return undefined;
  }
}

/** Refuses the promise of an async function, which says neither yes nor no. */
function syncValue<V>(option: string, value: V): V {
  return isPromise(value) ? refuse(option, 'no promise', value) : value;
}

function refuse(option: string, returned: string, value: unknown): never {
  return throwInvalidArgument('read a resource', option, `a function that returns ${returned}`, value);
}
