import { shorten } from '../arguments.js';
import { PollingTimeoutError } from '../errors.js';

/**
 * The wait ended since the operation has stopped for input, and there is no `onInterrupted`. The operation continues once it
 * has the input: a further wait, or `token`, waits for it. `operation` is its state.
 *
 * Like the end of a time limit it says nothing of the outcome, and has the same `code`.
 */
export class OperationInterruptedError extends PollingTimeoutError {
  /** What `interrupted` returned. */
  declare readonly interruption: unknown;

  /** @internal */
  constructor(interruption: unknown, options: ConstructorParameters<typeof PollingTimeoutError>[0]) {
    super(options);
    this.interruption = interruption;
    this.message = `Stopped waiting for operation '${shorten(options.token.name)}' as it has stopped for input`;
  }
}
