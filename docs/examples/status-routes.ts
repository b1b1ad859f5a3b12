import { randomUUID } from 'node:crypto';
import { Code, isLROError, type LROPoller, type OperationsClient, type ResumeToken } from 'longrunning';

// #region store
/** Keeps tokens by ids that only this server gives out: a database, Redis, or a `Map` in a test. */
export interface TokenStore {
  set(id: string, token: ResumeToken): Promise<void>;
  get(id: string): Promise<ResumeToken | undefined>;
}
// #endregion store

// #region start
/** Responds 202 with the address of the status. The operation's name stays at the server. */
export async function startRoute(start: () => Promise<LROPoller<unknown>>, tokens: TokenStore): Promise<Response> {
  const poller = await start();
  const id = randomUUID();
  await tokens.set(id, poller.toJSON());
  return Response.json({ id }, { status: 202, headers: { location: `/exports/${id}`, 'retry-after': '2' } });
}
// #endregion start

// #region status
/** Sends one request to the service and responds with the state: `running`, `succeeded` or `failed`. */
export async function statusRoute(client: OperationsClient, tokens: TokenStore, id: string): Promise<Response> {
  const token = /^[0-9a-f-]{36}$/.test(id) ? await tokens.get(id) : undefined;
  if (!token) return Response.json({ error: 'no such export' }, { status: 404 });
  try {
    const operation = await client.resume(token).poll();
    if (!operation.done) return Response.json({ state: 'running' }, { headers: { 'retry-after': '2' } });
    if (operation.result === 'response') return Response.json({ state: 'succeeded' });
    return Response.json({ state: 'failed', message: operation.error.message });
  } catch (error) {
    if (!isLROError(error) || error.code !== 'LRO_REQUEST_FAILED') throw error;
    // Services delete operations some time after their end.
    if (error.rpcCode === Code.NOT_FOUND) return Response.json({ error: 'expired' }, { status: 410 });
    return Response.json({ error: 'try again' }, { status: 503, headers: { 'retry-after': '10' } });
  }
}
// #endregion status

// #region name
const operationName = /^projects\/my-project\/locations\/[\w-]+\/operations\/[\w-]+$/;

/** Where the page sends the name itself: only names of one project are accepted. */
export function checkedName(name: unknown): string {
  if (typeof name === 'string' && operationName.test(name)) return name;
  throw new TypeError('not the name of an operation of this project');
}
// #endregion name

// #region next
/** In `app/exports/[id]/route.ts`: `export const GET = routeHandler((id) => statusRoute(client, tokens, id));` */
export function routeHandler(status: (id: string) => Promise<Response>) {
  return async (_request: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> =>
    status((await params).id);
}
// #endregion next

// #region page
/** The half of the page: polls the status route until the export has ended. An abort ends it after the pause. */
export async function waitInPage(url: string, signal: AbortSignal): Promise<string> {
  for (;;) {
    const response = await fetch(url, { signal });
    if (response.status !== 200 && response.status !== 503) throw new Error(`HTTP status ${response.status}`);
    const { state } = (await response.json()) as { state?: string };
    if (state && state !== 'running') return state;
    const delayMs = 1000 * Number(response.headers.get('retry-after') ?? 2);
    await new Promise((resolve) => setTimeout(resolve, delayMs));
  }
}
// #endregion page
