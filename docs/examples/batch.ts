import type { OperationsClient } from 'longrunning';
// #region imports
import { startAll, type Checkpoint, type StartContext } from 'longrunning/many';
// #endregion imports
import { parseOperation } from 'longrunning/wire';
import { exportAgent } from './typed-wait.js';

/** A table of strings by key, in a database or another store that outlives the process. */
export interface Table {
  put(key: string, text: string): Promise<void>;
  get(key: string): Promise<string | undefined>;
}

export async function main(client: OperationsClient, agents: AsyncIterable<string>, url: string): Promise<void> {
  // #region start
  const start = async (agent: string, { requestId, signal }: StartContext) => {
    const body = JSON.stringify({ agent, requestId });
    const response = await fetch(`${url}:export`, { method: 'POST', body, signal });
    if (!response.ok) throw new Error(`${agent}: ${response.status}`);
    return client.poller(parseOperation(await response.text()), exportAgent);
  };

  for await (const { input, operation } of startAll(agents, start, { concurrency: 20 })) {
    if (operation.result === 'response') console.log(input, operation.response.agentUri);
    else console.log(input, operation.result); // 'error', 'unknown' or 'unstarted'
  }
  // #endregion start
}

export async function restartable(
  client: OperationsClient,
  agents: Iterable<string>,
  start: Parameters<typeof startAll<string, { agentUri?: string | null }, unknown>>[1],
  db: { readonly checkpoints: Table; readonly results: Table },
): Promise<void> {
  // #region restart
  const batch = startAll(agents, start, {
    concurrency: 20,
    checkpoint: (checkpoint: Checkpoint) => db.checkpoints.put(checkpoint.key, JSON.stringify(checkpoint)),
    load: async (key) => JSON.parse((await db.checkpoints.get(key)) ?? 'null') as Checkpoint | null,
    resume: (token) => client.resume(token, exportAgent),
  });
  for await (const { input, operation } of batch) {
    if (operation.result === 'response') await db.results.put(input, operation.response.agentUri ?? '');
  }
  // #endregion restart
}
