/**
 * Many operations: wait for all, for the first or for each as it completes, or start one for each input.
 *
 * @module longrunning/many
 */
export { waitAll } from './wait-all.js';
export type { WaitAllOptions } from './wait-all.js';
export { waitAny } from './wait-any.js';
export { asCompleted } from './as-completed.js';
export type { Completion, CompletionOf } from './as-completed.js';
export { startAll } from './start-all.js';
export { startOrResume } from './start-or-resume.js';
export type { CheckpointStoreLike, StartOrResumeOptions } from './start-or-resume.js';
export { checkpointFile } from './checkpoint-file.js';
export type { CheckpointFile } from './checkpoint-file.js';
export type { Checkpoint, MaybePromise, StartAllOptions, StartContext } from './start-options.js';
export type { StartResult, UnstartedOperation } from './start-result.js';
export type { GroupOptions, WaitManyOptions } from './options.js';
export type { SettledOperation, UnknownOperation } from './settle-wait.js';
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
