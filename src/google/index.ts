/**
 * Pollers for Google's operations that are not `google.longrunning`, or that are requested otherwise, over the client that
 * started them. Imports no package: clients are described by their structure.
 *
 * @module longrunning/google
 */
export { genaiOperations } from './genai.js';
export type { GenaiLike, GenaiMetadata, GenaiOperationLike, GenaiOperations } from './genai.js';
export { computeOperations } from './compute.js';
export type { ComputeMetadata, ComputeOperation, ComputeStartedLike, ComputeTransport } from './compute.js';
export type { ComputeClientLike } from './compute-http.js';
