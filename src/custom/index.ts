/**
 * Operations that are not `google.longrunning`: Compute Engine's, Cloud SQL's, the jobs of your own service.
 *
 * @module longrunning/custom
 */
export { customOperations } from './custom-operations.js';
export type { CustomTransport } from './custom-transport.js';
export type { FieldOrResource } from './defaults.js';
export { OperationInterruptedError } from './interrupted-error.js';
export type {
  CustomCallOptions,
  CustomOperationsOptions,
  CustomPage,
  InterruptedContext,
  ResourceReaders,
} from './options.js';
export type { CustomError, CustomErrorDetail, CustomErrorItem } from './status.js';
