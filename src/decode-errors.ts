import type { Any } from './any.js';
import { shorten } from './arguments.js';
import { LROError } from './lro-error.js';
import type { RawOperation } from './transport.js';

/** The service's response is not an operation that can be polled, for instance one that is neither done nor named. */
export class MalformedOperationError extends LROError {
  /** The name of the class. */
  override readonly name = 'MalformedOperationError';
  override readonly code = 'LRO_MALFORMED_OPERATION';

  /** @internal */
  constructor(operationName: string, problem: string, cause?: unknown) {
    super(`Malformed operation '${shorten(operationName)}': ${problem}`, operationName, cause);
  }
}

/** The properties of an {@link UnpackError}. */
interface UnpackErrorOptions {
  operationName: string;
  field: 'response' | 'metadata';
  expected?: string | undefined;
  actual: string;
  any: Any;
  metadata?: unknown;
  raw: RawOperation;
  cause?: unknown;
}

/**
 * The response or the metadata is not of the declared type, or cannot be decoded as that type. Nothing is lost: `any`
 * holds the message as it was received, `raw` the operation, and `metadata` its metadata.
 *
 * A thrown `UnpackError` concerns the response of a completed operation. An `UnpackError` that concerns the metadata is
 * the `metadataError` of an operation and does not end a wait.
 */
export class UnpackError extends LROError {
  /** The name of the class. */
  override readonly name = 'UnpackError';
  override readonly code = 'LRO_UNPACK_FAILED';
  /** The part of the operation that cannot be read. */
  declare readonly field: 'response' | 'metadata';
  /** The full name of the declared type; undefined if the decoder accepts any type. */
  declare readonly expected: string | undefined;
  /** The full name of the received type; empty if there was none. */
  declare readonly actual: string;
  /** The message as it was received. */
  declare readonly any: Any;
  /** The metadata of the operation, decoded; undefined if there are none, or if the error concerns the metadata. */
  declare readonly metadata: unknown;
  /** The operation as it was received. */
  declare readonly raw: RawOperation;

  /** @internal */
  constructor(options: UnpackErrorOptions) {
    const { operationName, field, expected, actual, any, cause } = options;
    const type = (expected ?? actual) || 'message';
    const reason = describeProblem(options);
    const name = shorten(operationName);
    super(`The ${field} of operation '${name}' cannot be read as a ${type}: ${reason}`, operationName, cause);
    this.field = field;
    this.expected = expected;
    this.actual = actual;
    this.any = any;
    this.metadata = options.metadata;
    this.raw = options.raw;
  }
}

function describeProblem({ actual, cause }: UnpackErrorOptions): string {
  try {
    if (cause !== undefined && cause !== null) return String(cause instanceof Error ? cause.message : cause);
  } catch {
    return 'an error that cannot be read';
  }
  return actual === '' ? 'it has no type' : `it is ${actual}`;
}
