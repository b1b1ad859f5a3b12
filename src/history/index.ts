/**
 * Learning from past durations: a client that has seen operations of a kind polls when their end is likely.
 *
 * @module longrunning/history
 */
export { durationHistory } from './duration-history.js';
export type { LearnedHistory } from './duration-history.js';
export type { SavedEnd, SavedHistory } from './saved-history.js';
export type {
  DurationHistory,
  EndSource,
  ObservedEnd,
  OperationKind,
  PollTable,
  RemainingEstimate,
} from '../polling/duration-history.js';
