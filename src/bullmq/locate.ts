import type { Job } from 'bullmq';
import type { Store } from './batch-jobs.js';
import { nameOf, type BatchData, type BatchEntry } from './batch.js';
import { operationId } from './ids.js';
import type { EndedData } from './saved-end.js';

/** Where an operation is: in a batch, in the queue of those that ended, or only remembered. */
export type Location =
  | {
      readonly in: 'batch';
      readonly id: string;
      readonly jobId: string;
      readonly batch: BatchData;
      readonly entry: BatchEntry;
    }
  | { readonly in: 'ended'; readonly id: string; readonly job: Job<EndedData> }
  | { readonly in: 'memory'; readonly id: string };

/** How often to look again for an operation that moves to another batch meanwhile. */
const maxLooks = 10;

/** Finds an operation by its name, at any of the queue's services; undefined if it is not known. */
export async function locate(store: Store, name: string): Promise<Location | undefined> {
  for (const service of await store.claims.services()) {
    const found = await locateAt(store, service, name);
    if (found) return found;
  }
  return undefined;
}

async function locateAt(store: Store, service: string, name: string): Promise<Location | undefined> {
  const id = operationId(service, name);
  for (let look = 0; look < maxLooks; look++) {
    const owner = await store.claims.find(id);
    if (owner === undefined) return undefined;
    if (owner === '') return { in: 'memory', id };
    const ended = (await store.ended.getJob(id)) as Job<EndedData> | undefined;
    if (ended) return { in: 'ended', id, job: ended };
    const batch = ((await store.batches.getJob(owner)) as Job<BatchData> | undefined)?.data;
    const entry = batch?.operations.find((one) => nameOf(batch, one) === name);
    if (batch && entry) return { in: 'batch', id, jobId: owner, batch, entry };
  }
  return undefined;
}
