/** The codes of this package's errors, one per class. */
export type LROErrorCode =
  | 'LRO_OPERATION_FAILED'
  | 'LRO_REQUEST_FAILED'
  | 'LRO_POLLING_TIMEOUT'
  | 'LRO_MALFORMED_OPERATION'
  | 'LRO_UNPACK_FAILED';

/** Marks the errors of every copy of this package in a program; `instanceof` recognizes only those of one copy. */
export const lroErrorBrand = Symbol.for('longrunning.LROError');

/**
 * The base class of this package's errors. Compare {@link LROError.code | code}, or narrow with {@link isLROError}: both
 * also work across two copies of the package.
 *
 * Two kinds of errors are not `LROError`s: the reason of an aborted signal, which is thrown unchanged, and the
 * `TypeError` or `RangeError` for an invalid argument.
 */
export abstract class LROError extends Error {
  /** Identifies the error class; `switch (error.code)` narrows. */
  abstract readonly code: LROErrorCode;
  /** The name of the operation; empty if the service sent no name. */
  declare readonly operationName: string;

  /** @internal */
  constructor(message: string, operationName: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.operationName = operationName;
    Object.defineProperty(this, lroErrorBrand, { value: true });
  }
}
