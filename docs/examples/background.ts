import { isLROError, type LROPoller, type OperationsClient, type ResumeToken } from 'longrunning';
import { pollerFrom } from 'longrunning/gax';

// #region start-or-resume
interface TokenStore {
  load(key: string): Promise<ResumeToken | undefined>;
  save(key: string, token: ResumeToken): Promise<void>;
  remove(key: string): Promise<void>;
}

/** Resumes the wait of an earlier run, or starts the operation. */
export async function resumeOrStart(
  key: string,
  client: OperationsClient,
  start: () => Promise<LROPoller<unknown>>,
  tokens: TokenStore,
): Promise<unknown> {
  const token = await tokens.load(key);
  const poller = token ? client.resume(token) : await start();
  await tokens.save(key, poller.toJSON());
  await poller.pollUntilDone({ totalTimeoutMs: 600_000 }); // on a timeout the token stays for the next run
  await tokens.remove(key); // it is done, also if it failed: the next run starts another one
  return poller.promise(); // at once: the response, or an OperationFailedError
}
// #endregion start-or-resume

// #region scheduled
/** A scheduled function: starts the operation, and looks at the one of the last run first. */
export async function nightly(client: OperationsClient, start: () => Promise<LROPoller<unknown>>, tokens: TokenStore) {
  const last = await tokens.load('nightly');
  if (last) {
    try {
      const operation = await client.resume(last).poll();
      if (!operation.done) console.warn(`${operation.name} of the last run is still running`);
      else if (operation.result === 'error') console.error(`${operation.name} failed: ${operation.error.message}`);
    } catch (error) {
      console.error(error); // NOT_FOUND, for example: the service has deleted the operation. This run starts its own
    }
  }
  const poller = await start();
  await tokens.save('nightly', poller.toJSON()); // nothing waits: the next run looks
}
// #endregion scheduled

// #region by-name
/** A generated client, such as `AgentsClient`: each method has a `check…Progress()` that takes an operation's name. */
interface AgentsLike {
  checkExportAgentProgress(
    operationName: string,
  ): Promise<Parameters<typeof pollerFrom<{ agentUri?: string }, object>>[0]>;
}

export async function resumeByName(agents: AgentsLike, operationName: string): Promise<string | undefined> {
  const { agentUri } = await pollerFrom(await agents.checkExportAgentProgress(operationName)).promise();
  return agentUri;
}
// #endregion by-name

// #region timeout
/** Waits for as long as the function may run; false: it still runs, and the next call resumes. */
export async function waitAtMost(poller: LROPoller<unknown>, totalTimeoutMs: number): Promise<boolean> {
  try {
    await poller.promise({ totalTimeoutMs });
    return true;
  } catch (error) {
    if (isLROError(error) && error.code === 'LRO_POLLING_TIMEOUT') return false;
    throw error;
  }
}
// #endregion timeout
