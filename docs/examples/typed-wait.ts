// #region imports
import { protos } from '@google-cloud/dialogflow-cx';
import { OperationsClient, operationInfo, protobufType } from 'longrunning';
import { grpcTransport } from 'longrunning/grpc';
// #endregion imports
import type { OperationsTransport } from 'longrunning';

// #region types
const { ExportAgentResponse } = protos.google.cloud.dialogflow.cx.v3;
const exportAgent = operationInfo({
  response: protobufType(ExportAgentResponse),
  metadata: protobufType(protos.google.protobuf.Struct),
});
// #endregion types

export { exportAgent };

/** The transport of the guide; it connects to nothing until it is used. */
export function transportToDialogflow(): OperationsTransport {
  // #region transport
  const transport = grpcTransport({ apiEndpoint: 'dialogflow.googleapis.com' });
  // #endregion transport
  return transport;
}

export async function main(transport: OperationsTransport, name: string): Promise<void> {
  // #region wait
  await using client = new OperationsClient({ transport });
  const poller = client.poller(name, exportAgent);
  const response = await poller.promise({ totalTimeoutMs: 3_600_000 }); // an ExportAgentResponse; an hour at most
  console.log(response.agentUri);
  // #endregion wait
}
