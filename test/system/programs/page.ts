// A page over its own backend, whose jobs have a form of their own.
import { waitFor } from '../../../src/wait-for/index.js';
import { json, type Program, type RunOptions } from './program.js';

interface Export {
  id: string;
  state: 'running' | 'succeeded' | 'failed';
  url?: string;
  problem?: string;
}

async function exportUrl(origin: string, options: RunOptions): Promise<string | undefined> {
  const send = async (path: string, init: RequestInit) => json<Export>(await fetch(`${origin}/exports${path}`, init));
  // prettier-ignore
  // #region wait
  return waitFor(({ name }, { signal }) => send(`/${name}`, { signal }), () => send('', { method: 'POST' }), {
    name: ({ id }) => id, done: ({ state }) => state !== 'running', response: ({ url }) => url,
    error: ({ problem }) => (problem ? { message: problem } : undefined), ...options });
  // #endregion wait
}

export const page: Program = {
  file: 'page.ts',
  service: {
    isStart: ({ method }) => method === 'POST',
    poll: /^GET \/exports\/7$/,
    started: { id: '7', state: 'running' },
    running: { id: '7', state: 'running' },
    done: { id: '7', state: 'succeeded', url: '/files/7' },
    failed: { id: '7', state: 'failed', problem: 'the disk is full' },
    result: '/files/7',
    reason: { code: 2, message: 'the disk is full' },
  },
  connect: (origin) => Promise.resolve((options) => exportUrl(origin, options)),
};
