import type { IncomingMessage, ServerResponse } from 'node:http';
import type { JsonValue } from '../any.js';
import { httpFromCode } from '../wire/http-status.js';
import { codeName, type Status } from '../status.js';
import { statusToJson } from '../wire/json.js';
import type { Reply } from './call.js';
import { addCorsHeaders } from './cors.js';
import type { RawHttpResponse } from './faults.js';
import type { Handlers } from './handlers.js';
import { handleHttp } from './http-routes.js';
import { listen, type ListeningServer } from './listen.js';
import { nodeModule } from './node-module.js';
import { statusOf } from './script.js';
import type { Service } from './service.js';

/** What may change while the server runs. */
export interface HttpServerSettings {
  /** Whether pages of other origins may send requests. */
  cors: boolean;
}

/** Serves the operations over HTTP, as REST. */
export async function serveHttp(
  service: Service,
  handlers: Handlers,
  settings: HttpServerSettings,
): Promise<ListeningServer> {
  const server = nodeModule('node:http').createServer((request, response) => {
    if (settings.cors && addCorsHeaders(request, response)) return;
    void serve(service, handlers, request, response);
  });
  const port = await listen(server);
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function serve(
  service: Service,
  handlers: Handlers,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const controller = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) controller.abort();
  });
  try {
    const { method = '', url = '' } = request;
    const body = await readBody(request);
    const context = { via: 'http', headers: headersOf(request), signal: controller.signal } as const;
    const reply = await handleHttp(service, handlers, { method, url, body }, context);
    await send(service, reply, response, controller.signal);
  } catch {
    response.destroy(); // the caller aborted the call, or the emulator is closed
  }
}

async function send(
  service: Service,
  reply: Reply<JsonValue>,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  const encoded = responseOf(reply);
  if (!encoded) {
    response.socket?.resetAndDestroy();
    return;
  }
  const { bodyDelayMs, retryAfterMs } = reply.fault;
  const body = Buffer.from(encoded.body ?? '');
  response.setHeader('content-length', body.length);
  if (retryAfterMs !== undefined) response.setHeader('retry-after', Math.ceil(retryAfterMs / 1000));
  response.writeHead(encoded.status, encoded.headers);
  if (bodyDelayMs === undefined) {
    response.end(body);
    return;
  }
  const half = body.length >> 1;
  response.write(body.subarray(0, half));
  try {
    await service.sleepUntil(service.clock.now() + bodyDelayMs, { signal });
  } catch (error) {
    reply.call.aborted = signal.aborted;
    throw error;
  }
  response.end(body.subarray(half));
}

/** The HTTP response for a reply; undefined: reset the connection. */
function responseOf(reply: Reply<JsonValue>): RawHttpResponse | undefined {
  const headers = { 'content-type': 'application/json; charset=UTF-8' };
  switch (reply.kind) {
    case 'result':
      return { status: 200, headers, body: JSON.stringify(reply.value) };
    case 'status': {
      const status = httpFromCode(reply.status.code);
      return { status, headers, body: JSON.stringify(errorBody(status, reply.status)) };
    }
    case 'http':
      return reply.response;
    default:
      return undefined;
  }
}

/** The body of an error response (AIP-193). Its `code` is the HTTP status. */
function errorBody(httpStatus: number, status: Status): JsonValue {
  try {
    const json = statusToJson(status) as Record<string, JsonValue>;
    return { error: { message: '', ...json, code: httpStatus, status: codeName(status.code) } };
  } catch (error) {
    return errorBody(httpStatus, statusOf({ code: status.code, message: (error as Error).message }));
  }
}

function headersOf({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
