import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JsonValue } from '../any.js';
import { httpFromCode } from '../wire/http-status.js';
import { codeName, type Status } from '../status.js';
import { statusToJson } from '../wire/json.js';
import type { RawHttpResponse } from './faults.js';
import type { Handlers } from './handlers.js';
import { answerHttp } from './http-routes.js';
import { statusOf } from './script.js';
import type { Reply, Service } from './service.js';

/** A server that listens on 127.0.0.1. */
export interface ListeningServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Serves the operations as REST. */
export async function serveHttp(service: Service, handlers: Handlers): Promise<ListeningServer> {
  const server = createServer((request, response) => void serve(service, handlers, request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
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
    const { method: verb = '', url = '' } = request;
    const body = await readBody(request);
    const context = { via: 'http', headers: headersOf(request), signal: controller.signal } as const;
    const reply = await answerHttp(service, handlers, { verb, url, body }, context);
    await send(service, reply, response, controller.signal);
  } catch {
    response.destroy(); // the caller has gone, or the emulator is closed
  }
}

async function send(
  service: Service,
  reply: Reply<JsonValue>,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  const answer = answerOf(reply);
  if (!answer) {
    response.socket?.resetAndDestroy();
    return;
  }
  const { bodyDelayMs, retryAfterMs } = reply.fault;
  const body = Buffer.from(answer.body ?? '');
  response.setHeader('content-length', body.length);
  if (retryAfterMs !== undefined) response.setHeader('retry-after', Math.ceil(retryAfterMs / 1000));
  response.writeHead(answer.status, answer.headers);
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

/** What to answer; undefined: nothing, and to break the connection. */
function answerOf(reply: Reply<JsonValue>): RawHttpResponse | undefined {
  const headers = { 'content-type': 'application/json; charset=UTF-8' };
  switch (reply.kind) {
    case 'result':
      return { status: 200, headers, body: JSON.stringify(reply.value) };
    case 'status': {
      const status = httpFromCode(reply.status.code);
      return { status, headers, body: JSON.stringify(errorBody(status, reply.status)) };
    }
    case 'http':
      return reply.handleCall;
    default:
      return undefined;
  }
}

/** The body of an error (AIP-193), in which `code` is the HTTP status. */
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
