// Express: POST /exports starts an operation and responds with 202; GET /exports/:id responds with its state.
//
//   app.post('/exports', exports.start);
//   app.get('/exports/:id', exports.status);
import { randomUUID } from 'node:crypto';
import type { LROPoller, OperationsClient, ResumeToken } from 'longrunning';

/** The parts of Express's request and response that are used. */
interface Request {
  readonly params: Readonly<Record<string, string>>;
}
interface Response {
  status(code: number): Response;
  set(headers: Record<string, string>): Response;
  json(body: unknown): unknown;
}

interface TokenStore {
  set(id: string, token: ResumeToken): unknown;
  get(id: string): ResumeToken | undefined | Promise<ResumeToken | undefined>;
}

/** The handlers. Express 5 passes what they throw to the error handler. */
export function exportRoutes(
  client: OperationsClient,
  startExport: () => Promise<LROPoller<unknown>>,
  tokens: TokenStore = new Map<string, ResumeToken>(),
) {
  return {
    async start(_request: Request, response: Response): Promise<void> {
      const poller = await startExport();
      const id = randomUUID();
      await tokens.set(id, poller.toJSON());
      response
        .status(202)
        .set({ Location: `/exports/${id}`, 'Retry-After': '2' })
        .json({ id });
    },

    async status(request: Request, response: Response): Promise<void> {
      const token = await tokens.get(request.params.id ?? '');
      if (!token) {
        response.status(404).json({ error: 'no such export' });
        return;
      }
      const operation = await client.resume(token).poll(); // one request, with retries for a minute
      if (!operation.done) response.status(200).set({ 'Retry-After': '2' }).json({ state: 'running' });
      else if (operation.result === 'response') response.status(200).json({ state: 'succeeded' });
      else response.status(200).json({ state: 'failed', message: operation.error.message });
    },
  };
}
