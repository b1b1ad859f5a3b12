import type { OperationInfo } from '../any.js';
import type { LROPoller } from '../poller.js';
import type { PollingOptions } from '../polling/settings.js';
import type { ResumeToken } from '../resume-token.js';
import type { OperationsTransport, RawOperation } from '../transport.js';

/**
 * A transport over operations of another form than `google.longrunning`.
 *
 * @typeParam T - the resource, as the service has it.
 * @typeParam R - the response.
 * @typeParam M - the metadata.
 */
export interface CustomTransport<T, R, M> extends OperationsTransport {
  /** The types of the operations, for `client.poller()`, `client.resume()` and the `type` option of other calls. */
  readonly info: OperationInfo<R, M>;
  /**
   * Converts the response of the call that started the work, for `client.poller()`. A done one is never polled.
   *
   * @param resource - the response.
   * @param name - the name to poll it by; if absent, the result of the option `name`.
   * @throws {@link longrunning.MalformedOperationError | MalformedOperationError} if there is no resource, or if a function
   * cannot read it.
   */
  rawOperation(resource: T, name?: string): RawOperation;
  /**
   * Returns a poller, of a client of this transport with default options. `close()` ends its waits.
   *
   * @param from - the response of the call that started the work, or a name.
   * @param options - how to poll.
   * @throws TypeError or RangeError if an option is invalid.
   * @throws {@link longrunning.MalformedOperationError | MalformedOperationError} if it is neither done nor named, or if
   * a function cannot read it.
   */
  poller(from: T | string, options?: PollingOptions<M>): LROPoller<R, M>;
  /**
   * Resumes a wait from a saved token, like `client.resume()`.
   *
   * @param token - `JSON.stringify(poller)`, parsed, or the `token` of a `PollingTimeoutError`.
   * @param options - how to poll.
   * @throws TypeError if the token is invalid or belongs to another service.
   */
  resume(token: ResumeToken, options?: PollingOptions<M>): LROPoller<R, M>;
}
