import { jsonType, OperationsClient, operationInfo, type OperationsTransport } from 'longrunning';
import { restTransport } from 'longrunning/rest';

// #region transport
/** The operations of Vertex AI in a region, with Application Default Credentials. */
export const vertexTransport = (region: string): OperationsTransport =>
  restTransport({
    service: 'aiplatform.googleapis.com',
    apiVersion: 'v1',
    apiEndpoint: `${region}-aiplatform.googleapis.com`,
    auth: 'adc',
  });
// #endregion transport

// #region deploy
const deployment = operationInfo({ response: jsonType<{ deployedModel?: { id: string } }>() });

/** Waits for `projects/…/locations/…/endpoints/…/operations/…`, the operation of `deployModel`. */
export async function waitForDeployment(transport: OperationsTransport, operationName: string) {
  await using client = new OperationsClient({ transport });
  const { deployedModel } = await client.poller(operationName, deployment).promise({ totalTimeoutMs: 3_600_000 });
  return deployedModel?.id;
}
// #endregion deploy
