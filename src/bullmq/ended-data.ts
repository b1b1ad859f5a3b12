import { dataVersion, tokenOf, type BatchData, type BatchEntry } from './batch.js';
import type { EndedData, SavedEnd } from './saved-end.js';

/** The data of the job of an operation that ended. */
export function endedData(batch: BatchData, entry: BatchEntry, end: SavedEnd): EndedData {
  const { data } = entry;
  const { priority } = batch;
  return {
    version: dataVersion,
    token: tokenOf(batch, entry),
    end,
    ...(data !== undefined && { data }),
    ...(priority !== undefined && { priority }),
  };
}
