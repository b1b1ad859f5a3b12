// Vertex AI by `fetch`: the state comes by `POST {model}:fetchPredictOperation`.
import { waitFor } from '../../../src/wait-for/index.js';
import { json, type Program, type RunOptions } from './program.js';

interface PredictOperation {
  name: string;
  done?: boolean;
  error?: { code: number; message: string };
  response?: { videos: { gcsUri: string }[] };
}

const model = 'projects/p/locations/l/publishers/google/models/veo';
const request = { instances: [{ prompt: 'a cat' }] };

async function videoUri(origin: string, options: RunOptions): Promise<string | undefined> {
  const post = async (method: string, body: object, signal: AbortSignal) => {
    const headers = { authorization: 'Bearer ya29.token', 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body: JSON.stringify(body), signal };
    return json<PredictOperation>(await fetch(`${origin}/v1/${model}:${method}`, init));
  };
  // prettier-ignore
  // #region wait
  const video = await waitFor(
    ({ name }, { signal }) => post('fetchPredictOperation', { operationName: name }, signal),
    ({ signal }) => post('predictLongRunning', request, signal), options);
  // #endregion wait
  return video?.videos[0]?.gcsUri;
}

const name = `${model}/operations/7`;

export const vertex: Program = {
  file: 'vertex.ts',
  service: {
    isStart: ({ url }) => url?.endsWith(':predictLongRunning') ?? false,
    poll: /^POST \/v1\/projects\/p\/locations\/l\/publishers\/google\/models\/veo:fetchPredictOperation$/,
    started: { name },
    running: { name },
    done: { name, done: true, response: { videos: [{ gcsUri: 'gs://b/v.mp4' }] } },
    failed: { name, done: true, error: { code: 8, message: 'no quota left' } },
    result: 'gs://b/v.mp4',
    reason: { code: 8, message: 'no quota left' },
  },
  connect: (origin) => Promise.resolve((options) => videoUri(origin, options)),
};
