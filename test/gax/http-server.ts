import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface HttpCall {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface HttpReply {
  status?: number;
  headers?: Record<string, string>;
  /** JSON, unless it is text. */
  body?: unknown;
  /** The body begins and never ends. */
  endless?: boolean;
}

/** Answers each request as `reply` has it; undefined: never. */
export async function startHttpServer(reply: (call: HttpCall, nth: number) => HttpReply | undefined) {
  const calls: HttpCall[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const call = { method: request.method!, url: request.url!, headers: request.headers, body };
      calls.push(call);
      const answer = reply(call, calls.length);
      if (!answer) return;
      response.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers });
      if (answer.endless) response.write('{"name":');
      else response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body ?? {}));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    calls,
    [Symbol.asyncDispose]: async (): Promise<void> => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
