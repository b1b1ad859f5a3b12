import { jsonType, OperationsClient, operationInfo } from 'longrunning';
import { restTransport } from 'longrunning/rest';

// #region wait
const transport = restTransport({ service: 'translate.googleapis.com', apiVersion: 'v3', auth: 'adc' });
const client = new OperationsClient({ transport });
const translation = operationInfo({ response: jsonType<{ totalCharacters: string }>() });

export async function charactersOf(operationName: string): Promise<string> {
  const { totalCharacters } = await client.poller(operationName, translation).promise();
  return totalCharacters;
}
// #endregion wait
