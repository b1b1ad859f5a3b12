import type { LROPoller, OperationsClient, ResumeToken } from 'longrunning';

// #region both
export const save = (poller: LROPoller<unknown>): string => JSON.stringify(poller);

export async function resume(client: OperationsClient, saved: string): Promise<unknown> {
  return client.resume(JSON.parse(saved) as ResumeToken).promise();
}
// #endregion both
