import { jsonType, OperationsClient, operationInfo, type OperationsTransport } from 'longrunning';
import { restTransport } from 'longrunning/rest';

// #region transport
/** Firebase Management, with a function that returns the token of `firebase login` or of a service account. */
export const firebaseTransport = (token: () => Promise<string>): OperationsTransport =>
  restTransport({
    service: 'firebase.googleapis.com',
    apiVersion: 'v1beta1',
    auth: async () => ({ authorization: `Bearer ${await token()}` }),
  });
// #endregion transport

// #region wait
const webApp = operationInfo({ response: jsonType<{ appId: string }>() });

/** Waits for the operation of `projects.webApps.create`, whose name is `operations/…`. */
export async function waitForWebApp(transport: OperationsTransport, operationName: string): Promise<string> {
  await using client = new OperationsClient({ transport });
  const { appId } = await client.poller(operationName, webApp).promise({ totalTimeoutMs: 300_000 });
  return appId;
}
// #endregion wait

// #region deployments
/** Waits for several deployments of Cloud Run, and logs which of them failed. */
export async function failedDeployments(client: OperationsClient, operationNames: readonly string[]) {
  const done = await Promise.all(operationNames.map((name) => client.poller(name).pollUntilDone()));
  return done.flatMap((operation) => (operation.result === 'error' ? [operation.error.message] : []));
}
// #endregion deployments
