import { afterEach } from '@jest/globals';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server for one test. */
export interface TestServer {
  /** Such as `http://127.0.0.1:40123`. */
  readonly origin: string;
  /** The requests so far. */
  readonly requests: readonly IncomingMessage[];
  /** Resolves when the first request arrives. */
  readonly arrived: Promise<void>;
  /** Resolves when the connection of a request without a complete response is closed. */
  readonly gone: Promise<void>;
}

/** Creates HTTP servers on free ports of 127.0.0.1, closed after each test. Call it once at the top of the file. */
export function useHttpServers(): (listener: RequestListener) => Promise<TestServer> {
  const closing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    await Promise.all(closing.splice(0).map((close) => close()));
  });
  return async (listener) => {
    const requests: IncomingMessage[] = [];
    let leave!: () => void;
    const gone = new Promise<void>((resolve) => (leave = resolve));
    let arrive!: () => void;
    const arrived = new Promise<void>((resolve) => (arrive = resolve));
    const server = createServer((request, response) => {
      requests.push(request);
      arrive();
      response.on('close', () => {
        if (!response.writableFinished) leave();
      });
      listener(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
    return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests, arrived, gone };
  };
}
