import { jsonType, OperationsClient, operationInfo, type OperationsTransport } from 'longrunning';
import { grpcTransport } from 'longrunning/grpc';
import { restTransport } from 'longrunning/rest';

export function grpcRegional(): OperationsTransport {
  // #region grpc
  const transport = grpcTransport({ apiEndpoint: 'us-central1-dialogflow.googleapis.com' });
  // #endregion grpc
  return transport;
}

export async function grpcEmulator(): Promise<OperationsTransport> {
  // #region grpc-insecure
  const { grpc } = await import('google-gax');
  const transport = grpcTransport({
    apiEndpoint: 'localhost:9010',
    sslCreds: grpc.credentials.createInsecure(),
  });
  // #endregion grpc-insecure
  return transport;
}

export function rest(): OperationsTransport {
  // #region rest
  const transport = restTransport({
    service: 'translate.googleapis.com',
    apiVersion: 'v3',
    auth: 'adc', // Application Default Credentials
  });
  // #endregion rest
  return transport;
}

export function restRegional(): OperationsTransport {
  // #region rest-regional
  const transport = restTransport({
    service: 'dialogflow.googleapis.com',
    apiVersion: 'v3',
    apiEndpoint: 'us-central1-dialogflow.googleapis.com',
    auth: 'adc',
  });
  // #endregion rest-regional
  return transport;
}

export function restOwnAuth(token: () => Promise<string>): OperationsTransport {
  // #region rest-auth
  const transport = restTransport({
    apiEndpoint: 'jobs.example.com',
    auth: async () => ({ authorization: `Bearer ${await token()}` }),
  });
  // #endregion rest-auth
  return transport;
}

export function restApiKey(): OperationsTransport {
  // #region rest-api-key
  const transport = restTransport({
    service: 'generativelanguage.googleapis.com',
    apiVersion: 'v1beta',
    apiKey: () => process.env.GEMINI_API_KEY ?? '',
  });
  // #endregion rest-api-key
  return transport;
}

export function restOwnRules(apiEndpoint: string): OperationsTransport {
  // #region rest-rules
  const transport = restTransport({
    apiEndpoint,
    httpRules: [
      { selector: 'google.longrunning.Operations.GetOperation', get: '/v1/operations/{name=**}' },
      { selector: 'google.longrunning.Operations.CancelOperation', post: '/v1/operations/{name=**}:cancel', body: '*' },
    ],
  });
  // #endregion rest-rules
  return transport;
}

// #region rest-types
interface BatchTranslateResponse {
  totalCharacters?: string; // proto3 JSON writes 64-bit integers as texts
  translatedCharacters?: string;
}
interface BatchTranslateMetadata {
  state?: string;
  totalCharacters?: string;
  translatedCharacters?: string;
}
const batchTranslate = operationInfo({
  response: jsonType<BatchTranslateResponse>('google.cloud.translation.v3.BatchTranslateResponse'),
  metadata: jsonType<BatchTranslateMetadata>('google.cloud.translation.v3.BatchTranslateMetadata'),
});
// #endregion rest-types

export async function main(transport: OperationsTransport, name: string): Promise<void> {
  await using client = new OperationsClient({ transport });
  // #region rest-wait
  const response = await client.poller(name, batchTranslate).promise();
  console.log(`${response.translatedCharacters} of ${response.totalCharacters} characters`);
  // #endregion rest-wait
}
