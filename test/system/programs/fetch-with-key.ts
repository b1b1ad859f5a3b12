// `fetch` with an API key, as for the Gemini API.
import { waitFor } from '../../../src/wait-for/index.js';
import { json, type Program, type RunOptions } from './program.js';

interface VideoOperation {
  name: string;
  done?: boolean;
  error?: { code: number; message: string };
  response?: { uri: string };
}

const headers = { 'x-goog-api-key': 'key', 'content-type': 'application/json' };
const body = JSON.stringify({ prompt: 'a cat' });

async function videoUri(origin: string, options: RunOptions): Promise<string | undefined> {
  const send = async (path: string, init: RequestInit) =>
    json<VideoOperation>(await fetch(`${origin}/v1beta/${path}`, { headers, ...init }));
  // prettier-ignore
  // #region wait
  const video = await waitFor(({ name }, { signal }) => send(name, { signal }),
    ({ signal }) => send('models/veo:predictLongRunning', { method: 'POST', body, signal }), options);
  // #endregion wait
  return video?.uri;
}

const name = 'models/veo/operations/7';

export const fetchWithKey: Program = {
  file: 'fetch-with-key.ts',
  service: {
    isStart: ({ url }) => url?.endsWith(':predictLongRunning') ?? false,
    poll: /^GET \/v1beta\/models\/veo\/operations\/7$/,
    started: { name },
    running: { name, metadata: { '@type': 'type.googleapis.com/Progress', percent: 50 } },
    done: { name, done: true, response: { uri: 'https://h/v.mp4' } },
    failed: { name, done: true, error: { code: 3, message: 'the prompt was refused' } },
    result: 'https://h/v.mp4',
    reason: { code: 3, message: 'the prompt was refused' },
  },
  connect: (origin) => Promise.resolve((options) => videoUri(origin, options)),
};
