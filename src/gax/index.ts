/**
 * Waits for operations of generated `@google-cloud/*` clients.
 *
 * @module longrunning/gax
 */
export { pollerFrom } from './poller-from.js';
export type { PollerFrom } from './poller-from.js';
export { gaxTransport } from './transport.js';
export type { GaxTransportOptions } from './transport.js';

export type {
  LongrunningDescriptorLike,
  LROperationLike,
  OperationsClientLike,
  UntypedOperationLike,
} from './types.js';
