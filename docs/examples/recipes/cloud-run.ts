// Cloud Run: a service that waits during its requests, as an instance has CPU only then. An instance gets SIGTERM ten seconds
// before its end, and other instances go on with the work. Cloud Tasks, or another caller that sends a request again after a
// 503, calls `POST /exports/<id>` until the response is 200.
//
//   const server = createExportServer(client, startExport, tokens);
//   server.listen(Number(process.env.PORT ?? 8080));
import { createServer, type Server, type ServerResponse } from 'node:http';
import { isLROError, type LROPoller, type OperationsClient, type ResumeToken } from 'longrunning';

/** A store that all instances share, such as Firestore. */
interface TokenStore {
  load(id: string): Promise<ResumeToken | undefined>;
  save(id: string, token: ResumeToken): Promise<void>;
}

/** Starts or resumes the export of a request. `timeoutMs` is less than the request timeout of the service. */
export function createExportServer(
  client: OperationsClient,
  startExport: (id: string) => Promise<LROPoller<unknown>>,
  tokens: TokenStore,
  timeoutMs = 280_000,
): Server {
  const ending = new AbortController();

  async function exported(id: string): Promise<object> {
    const token = await tokens.load(id);
    const poller = token ? client.resume(token) : await startExport(id);
    // At once: an instance can end without SIGTERM.
    await tokens.save(id, poller.toJSON());
    const operation = await poller.pollUntilDone({ signal: ending.signal, totalTimeoutMs: timeoutMs });
    return operation.result === 'response'
      ? { state: 'succeeded' }
      : { state: 'failed', message: operation.error.message };
  }

  async function respond(id: string, response: ServerResponse): Promise<void> {
    try {
      const body = await exported(id);
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    } catch (error) {
      const isEarly = ending.signal.aborted || (isLROError(error) && error.code === 'LRO_POLLING_TIMEOUT');
      if (!isEarly) console.error(error);
      // The operation goes on. `connection: close` keeps the next request away from this instance.
      response.writeHead(isEarly ? 503 : 500, { 'retry-after': '1', connection: 'close' }).end();
    }
  }

  const server = createServer((request, response) => {
    const id = /^\/exports\/([\w-]+)$/.exec(request.url ?? '')?.[1];
    if (request.method === 'POST' && id) void respond(id, response);
    else response.writeHead(404).end();
  });
  process.once('SIGTERM', () => {
    // Each wait ends, each request gets its 503, and then nothing keeps the process alive.
    server.close(() => void client.close());
    ending.abort();
  });
  return server;
}
