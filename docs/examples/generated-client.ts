// #region imports
import { jest } from '@jest/globals';
import { AgentsClient, protos } from '@google-cloud/dialogflow-cx';
import * as gax from 'google-gax';
import { packAny, type OperationsEmulator } from 'longrunning/testing';
// #endregion imports

const { ExportAgentResponse } = protos.google.cloud.dialogflow.cx.v3;

/** A generated client that talks to the emulator. */
export async function agentsOf(emulator: OperationsEmulator): Promise<AgentsClient> {
  // #region client
  emulator.handle('/google.cloud.dialogflow.cx.v3.Agents/ExportAgent', () =>
    emulator.start({ durationMs: 50, response: packAny(ExportAgentResponse, { agentUri: 'gs://bucket/agent' }) }),
  );
  const agents = new AgentsClient({
    apiEndpoint: '127.0.0.1',
    port: await emulator.listenGrpc(),
    sslCreds: gax.grpc.credentials.createInsecure(),
    auth: new gax.GoogleAuth({ authClient: new gax.googleAuthLibrary.PassThroughClient() }),
  });
  // #endregion client
  return agents;
}

// #region mock
/** Mocks a method of a generated client. The emulator needs no port. */
export function mockExportAgent(agents: AgentsClient, emulator: OperationsEmulator): void {
  const response = packAny(ExportAgentResponse, { agentUri: 'gs://bucket/agent' });
  const started = emulator.start({ durationMs: 500, response });
  const operation = emulator.gaxOperation(started, { response: ExportAgentResponse });
  jest.spyOn(agents, 'exportAgent').mockResolvedValue([operation] as never);
}
// #endregion mock
