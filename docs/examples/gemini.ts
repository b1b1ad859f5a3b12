import { jsonType, OperationsClient, operationInfo, type OperationsTransport } from 'longrunning';
import { genaiOperations, type GenaiLike, type GenaiOperationLike } from 'longrunning/google';
import { restTransport } from 'longrunning/rest';

// #region key
/** The operations of the Gemini API, with an API key. */
export const geminiTransport = (apiKey: string): OperationsTransport =>
  restTransport({ service: 'generativelanguage.googleapis.com', apiVersion: 'v1beta', apiKey });
// #endregion key

// #region veo
const model = 'veo-3.0-generate-001';
const videos = operationInfo({
  response: jsonType<{ generateVideoResponse?: { generatedSamples?: { video: { uri: string } }[] } }>(),
});

/** Starts a video by `fetch` and waits for its links. */
export async function generateVideo(prompt: string, apiKey: string, origin: string, transport: OperationsTransport) {
  const response = await fetch(`${origin}/v1beta/models/${model}:predictLongRunning`, {
    method: 'POST',
    headers: { 'x-goog-api-key': apiKey, 'content-type': 'application/json' },
    body: JSON.stringify({ instances: [{ prompt }] }),
  });
  if (!response.ok) throw new Error(`Veo: HTTP status ${response.status}`);
  const { name: operationName } = (await response.json()) as { name: string };
  await using client = new OperationsClient({ transport, polling: { expectedMs: 90_000 } });
  const done = await client.poller(operationName, videos).promise({ totalTimeoutMs: 600_000 });
  return (done.generateVideoResponse?.generatedSamples ?? []).map(({ video }) => video.uri);
}
// #endregion veo

// #region genai
/** Waits for what `await ai.models.generateVideos({ model, source: { prompt } })` returned. */
export async function waitForVideos<R>(ai: GenaiLike, started: GenaiOperationLike<R>): Promise<R> {
  return genaiOperations(ai).poller(started, { expectedMs: 90_000 }).promise({ totalTimeoutMs: 600_000 });
}
// #endregion genai
