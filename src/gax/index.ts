/**
 * For operations that a generated `@google-cloud/*` client has started.
 *
 * @module longrunning/gax
 */
export { pollerFrom } from './poller-from.js';
export { gaxTransport } from './transport.js';

export type { LongrunningDescriptorLike, LROperationLike, OperationsClientLike } from './types.js';
