import type { AgentsClient } from '@google-cloud/dialogflow-cx';
// #region imports
import { pollerFrom } from 'longrunning/gax';
// #endregion imports
import { OperationsClient, type ResumeToken } from 'longrunning';
import { gaxTransport } from 'longrunning/gax';
import { exportAgent } from './typed-wait.js';

export async function main(agents: AgentsClient, name: string, signal: AbortSignal): Promise<void> {
  // #region wait
  const [operation] = await agents.exportAgent({ name });
  const response = await pollerFrom(operation).promise({ signal }); // an IExportAgentResponse
  console.log(response.agentUri);
  // #endregion wait
}

export async function resume(agents: AgentsClient, token: ResumeToken): Promise<void> {
  // #region resume
  await using client = new OperationsClient({ transport: gaxTransport(agents.operationsClient) });
  const response = await client.resume(token, exportAgent).promise();
  console.log(response.agentUri);
  // #endregion resume
}
