import { createServer as createHttp2Server } from 'node:http2';
import { constants, gzipSync } from 'node:zlib';
import { anyType, Code, operationInfo } from 'longrunning';
import { customOperations } from 'longrunning/custom';
import { restTransport } from 'longrunning/rest';
import { encodeOperation } from '../../../src/wire/messages.js';
import { failureOf, name, waitFor, type Failure, type FailureWorld } from './world.js';

const html = { 'content-type': 'text/html' };
const page = (title: string): string => `<!doctype html><html><head><title>${title}</title></head></html>`;

/** What a wait over REST fails with if the server sends one response to every request. */
export async function restFailure(
  world: FailureWorld,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<unknown> {
  const text = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  return waitFor(world.rest(await world.http((_, response) => response.writeHead(status, headers).end(text))));
}

const wrongServer: readonly Failure[] = [
  {
    title: 'a wrong host or path: a page instead of the service',
    action: 'check `apiEndpoint`, `apiVersion`, `service`',
    wire: 'REST',
    produce: (world) => restFailure(world, 404, page('Error 404 (Not Found)!!1'), html),
  },
  {
    title: 'a wrong host or path: a page instead of the service',
    action: 'check `apiEndpoint`, `apiVersion`, `service`',
    wire: 'gRPC',
    produce: async (world) => {
      const server = createHttp2Server((_, response) => {
        response.writeHead(404, html).end(page('Not Found'));
      });
      return waitFor(world.grpcAt(`127.0.0.1:${await world.listen(server)}`));
    },
  },
  {
    title: 'a service without google.longrunning.Operations',
    action: 'check `apiEndpoint`; `customOperations()` if it has another form',
    wire: 'gRPC',
    produce: async (world) => waitFor(world.grpcAt(`127.0.0.1:${await world.grpc({})}`)),
  },
  {
    title: 'a redirect to a login page',
    action: 'check `apiEndpoint`, and what stands before the service',
    wire: 'REST',
    produce: async (world) => {
      const port = await world.http(({ url = '' }, response) => {
        if (url.startsWith('/login')) response.writeHead(200, html).end(page('Sign in'));
        else response.writeHead(302, { location: `/login?continue=${encodeURIComponent(url)}` }).end();
      });
      return waitFor(world.rest(port));
    },
  },
  {
    title: 'a redirect of another method than GET',
    action: 'use the host that it redirects to',
    wire: 'REST',
    produce: async (world) => {
      const port = await world.http((_, response) => response.writeHead(302, { location: '/login' }).end());
      return failureOf(world.rest(port).cancelOperation({ name }));
    },
  },
  {
    title: 'a page of a proxy, with status 200',
    action: 'check the network, then resume',
    wire: 'REST',
    produce: (world) => restFailure(world, 200, page('Welcome to the guest network'), html),
  },
];

const unreadable: readonly Failure[] = [
  {
    title: 'the response is not JSON',
    action: 'check `apiEndpoint`',
    wire: 'REST',
    produce: (world) => restFailure(world, 200, 'upstream warming up'),
  },
  {
    title: 'the response is too large',
    action: 'raise the limit (gRPC); have the service write its result elsewhere',
    wire: 'REST',
    produce: (world) => {
      const body = gzipSync(Buffer.alloc(65 * 2 ** 20, ' '), { level: constants.Z_BEST_SPEED });
      return restFailure(world, 200, body, { 'content-encoding': 'gzip' });
    },
  },
  {
    title: 'the response is too large',
    action: 'raise the limit (gRPC); have the service write its result elsewhere',
    wire: 'gRPC',
    produce: async (world) => {
      const large = encodeOperation({ name: 'x'.repeat(2000), done: false });
      const apiEndpoint = `127.0.0.1:${await world.grpc({ GetOperation: () => large })}`;
      return waitFor(world.grpcAt(apiEndpoint, { grpcOptions: { 'grpc.max_receive_message_length': 1000 } }));
    },
  },
  {
    title: 'the response is no message',
    action: 'check `apiEndpoint`',
    wire: 'gRPC',
    produce: async (world) =>
      waitFor(world.grpcAt(`127.0.0.1:${await world.grpc({ GetOperation: () => Buffer.from('<html>') })}`)),
  },
  {
    title: 'JSON that is no object',
    action: 'check `apiEndpoint`',
    wire: 'REST',
    produce: (world) => restFailure(world, 200, '"ok"'),
  },
  {
    title: 'JSON that is no operation',
    action: 'check `apiEndpoint`; it is the text of the service',
    wire: 'REST',
    produce: (world) => restFailure(world, 200, { error: { code: 10, message: 'the database is locked' } }),
  },
  {
    title: 'an operation of another form: GKE, Cloud SQL, Compute Engine',
    action: 'use `customOperations()`',
    wire: 'REST',
    produce: (world) => restFailure(world, 200, { name: 'operation-7', status: 'RUNNING', operationType: 'UPGRADE' }),
  },
  {
    title: 'responses that never say whether they are done',
    action: 'pass `done` to `customOperations()`',
    wire: 'customOperations()',
    produce: (world) => {
      const transport = customOperations({ get: () => Promise.resolve({ id: 7, state: 'running' }) });
      return waitFor(world.client(transport), operationInfo({ response: anyType }));
    },
  },
];

const unbound: readonly Failure[] = [
  {
    title: 'a method that the HTTP rules do not bind',
    action: 'pass `httpRules`',
    wire: 'REST',
    produce: (world) => {
      const httpRules = [{ selector: 'google.longrunning.Operations.GetOperation', get: '/v1/{name=operations/*}' }];
      return waitFor(world.client(restTransport({ apiEndpoint: 'jobs.example.com', httpRules })));
    },
  },
  {
    title: 'cancel() of a service that cannot',
    action: 'do without; the wait goes on',
    wire: 'REST',
    produce: async (world) => {
      const port = await world.http((_, response) => response.writeHead(404, html).end(page('Not Found')));
      return failureOf(world.rest(port).poller(name).cancel());
    },
  },
  {
    title: 'cancel() of a service that cannot',
    action: 'do without; the wait goes on',
    wire: 'gRPC',
    produce: async (world) => {
      const details = 'The server does not support this method';
      const port = await world.grpc({ CancelOperation: () => ({ code: Code.UNIMPLEMENTED, details }) });
      return failureOf(world.grpcAt(`127.0.0.1:${port}`).poller(name).cancel());
    },
  },
  {
    title: 'cancel() without a function for it',
    action: 'pass `cancel` to `customOperations()`',
    wire: 'customOperations()',
    produce: (world) => {
      const transport = customOperations({ get: () => Promise.resolve({ done: false }) });
      return failureOf(world.client(transport).poller(name).cancel());
    },
  },
  {
    title: 'waitOperation() of a service without WaitOperation',
    action: 'use a poller, which polls instead',
    wire: 'gRPC',
    produce: async (world) => {
      const port = await world.grpc({ GetOperation: () => 'hang' });
      return failureOf(world.grpcAt(`127.0.0.1:${port}`).waitOperation({ name }));
    },
  },
  {
    title: 'waitOperation() of a service without WaitOperation',
    action: 'use a poller, which polls instead',
    wire: 'REST',
    produce: (world) => failureOf(world.restAt('https://jobs.invalid').waitOperation({ name })),
  },
];

/** Another server than was meant, another form than was expected, or a method that does not exist. */
export const addressFailures: readonly Failure[] = [...wrongServer, ...unreadable, ...unbound];
