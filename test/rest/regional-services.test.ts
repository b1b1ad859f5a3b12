import { describe, expect, it } from '@jest/globals';
import { defaultApiVersion } from '../../src/cli/services.js';
import { OperationsClient } from '../../src/index.js';
import { globalHost } from '../../src/rest/global-host.js';
import { restTransport } from '../../src/rest/index.js';

/** The first request of a call to a service. */
async function requestOf(service: string, method: 'getOperation' | 'waitOperation', name: string): Promise<string> {
  const apiVersion = method === 'waitOperation' ? 'v2' : 'v1';
  let sent = '';
  const transport = restTransport({
    service,
    apiVersion,
    fetch: (url, { method: httpMethod }) => {
      sent ||= `${httpMethod} ${url}`;
      return Promise.resolve(new Response(JSON.stringify({ name, done: true })));
    },
  });
  await new OperationsClient({ transport })[method]({ name });
  return sent;
}

describe('a regional host of a service', () => {
  it.each([
    ['us-central1-aiplatform.googleapis.com', 'aiplatform.googleapis.com'],
    ['northamerica-northeast1-dialogflow.googleapis.com', 'dialogflow.googleapis.com'],
    ['eu-documentai.googleapis.com', 'documentai.googleapis.com'],
    ['dialogflow.us-central1.rep.googleapis.com', 'dialogflow.googleapis.com'],
    ['run.us.rep.googleapis.com', 'run.googleapis.com'],
  ])('%s is that of %s', (regional, global) => expect(globalHost(regional)).toBe(global));

  it.each([
    'speech.googleapis.com',
    'cloudcode-pa.googleapis.com',
    'us-central1-run.example.com',
    'my-app1-run.googleapis.com.example.com',
  ])('is not %s', (host) => expect(globalHost(host)).toBe(host));

  it("gets the state of Vertex AI's predictions from the model", async () => {
    const host = 'us-central1-aiplatform.googleapis.com';
    const model = 'projects/p/locations/us-central1/publishers/google/models/veo-3';
    const request = await requestOf(host, 'getOperation', `${model}/operations/1`);
    expect(request).toBe(`POST https://${host}/v1/${model}:fetchPredictOperation`);
  });

  it('has the WaitOperation of the service', async () => {
    const name = 'projects/p/locations/us-central1/operations/1';
    const ofService = await requestOf('run.googleapis.com', 'waitOperation', name);
    const ofRegion = await requestOf('us-central1-run.googleapis.com', 'waitOperation', name);
    expect(ofService).toContain(':wait');
    expect(ofRegion).toBe(ofService.replace('run.', 'us-central1-run.'));
  });

  it('has the versions of the service on the command line', async () => {
    await expect(defaultApiVersion('us-central1-dialogflow.googleapis.com')).rejects.toThrow('choose one');
  });
});
