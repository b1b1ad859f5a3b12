/**
 * Durable waits: operations that any number of worker processes wait for, on BullMQ and Redis.
 *
 * @module longrunning/bullmq
 */
export { OperationsQueue } from './operations-queue.js';
export { OperationsWorker } from './operations-worker.js';
export type { Addable } from './adding.js';
export type { WorkerEvent, WorkerListener } from './events.js';
export type { BulkItem } from './operations-queue.js';
export type {
  AddOptions,
  EndedOperation,
  EndedOperationOf,
  OperationsWorkerOptions,
  OperationTypes,
  ProgressReport,
  QueueConnectionOptions,
} from './options.js';
export type { OperationsCounts, OperationStatus } from './status.js';
