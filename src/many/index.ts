/**
 * Many operations at once: to wait for all, for any or for each as it ends, and to start one for each input.
 *
 * @module longrunning/many
 */
export { waitAll } from './wait-all.js';
export type { WaitAllOptions } from './wait-all.js';
export { waitAny } from './wait-any.js';
export { asCompleted } from './as-completed.js';
export type { Completion, CompletionOf } from './as-completed.js';
export { startAll } from './start-all.js';
export type { MaybePromise, StartAllOptions, StartContext, StartResult, UnstartedOperation } from './start-all.js';
export type { Checkpoint } from './checkpoint.js';
export type { GroupOptions, WaitManyOptions } from './linked-abort-controller.js';
export type { SettledOperation, UnknownOperation } from './settle.js';
export type {
  AnyPoller,
  OperationOf,
  PollerOf,
  Pollers,
  ResponseOf,
  Responses,
  SettledOf,
  SettledOperations,
} from './pollers.js';
