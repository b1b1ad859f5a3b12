import { Code, type Status, type StatusDetail } from 'longrunning';
import { customOperations } from 'longrunning/custom';
import type { Reply } from '../grpc-server.js';
import { encodeOperation, encodeStatus } from '../../../src/wire/messages.js';
import { operationToJson, statusToJson } from '../../../src/wire/json.js';
import { restFailure } from './addresses.js';
import { name, waitFor, type Failure, type FailureWorld } from './world.js';

const service = 'dialogflow.googleapis.com';

function info(reason: string, metadata: Record<string, string> = {}): StatusDetail {
  return { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain: 'googleapis.com', metadata };
}

/** A status of the service itself, over both wires. */
function ofService(title: string, action: string, httpStatus: number, status: Status): Failure[] {
  return [
    {
      title,
      action,
      wire: 'REST',
      produce: (world) =>
        restFailure(world, httpStatus, {
          error: { ...(statusToJson(status) as object), code: httpStatus, status: codeNames[status.code] },
        }),
    },
    {
      title,
      action,
      wire: 'gRPC',
      produce: (world) => grpcFailure(world, replyOf(status)),
    },
  ];
}

const codeNames = Object.fromEntries(Object.entries(Code).map(([codeName, code]) => [code, codeName]));

function replyOf(status: Status): Reply {
  const trailers = { 'grpc-status-details-bin': encodeStatus(status) };
  return { code: status.code, details: status.message, trailers };
}

/** What a wait over gRPC fails with if the server sends these replies, the last one for ever. */
async function grpcFailure(world: FailureWorld, ...replies: Reply[]): Promise<unknown> {
  let count = 0;
  const next = (): Reply => replies[Math.min(count++, replies.length - 1)]!;
  return waitFor(world.grpcAt(`127.0.0.1:${await world.grpc({ GetOperation: next })}`));
}

const running = { name, done: false };
const notFound: Status = { code: Code.NOT_FOUND, message: `Operation not found: ${name}`, details: [] };

const refusals: readonly Failure[] = [
  ...ofService('no permission', 'grant the permission, then resume', 403, {
    code: Code.PERMISSION_DENIED,
    message: "Permission 'dialogflow.operations.get' denied on resource '//dialogflow.googleapis.com/projects/p'",
    details: [{ ...info('IAM_PERMISSION_DENIED'), domain: 'iam.googleapis.com' } as StatusDetail],
  }),
  ...ofService('a wrong project', 'check the project of the credentials', 403, {
    code: Code.PERMISSION_DENIED,
    message: "Permission denied: Consumer 'project:p' has been suspended or does not exist",
    details: [info('CONSUMER_INVALID', { service, consumer: 'projects/p' })],
  }),
  ...ofService('the API is not enabled', 'enable it, then resume', 403, {
    code: Code.PERMISSION_DENIED,
    message: 'Dialogflow API has not been used in project p before or it is disabled',
    details: [
      info('SERVICE_DISABLED', { service, consumer: 'projects/p' }),
      {
        '@type': 'type.googleapis.com/google.rpc.Help',
        links: [{ description: 'Google developers console API activation', url: 'https://console.example.com/apis' }],
      },
    ],
  }),
  ...ofService('an invalid request', 'correct the name or the location', 400, {
    code: Code.INVALID_ARGUMENT,
    message: "The location 'l' is not a location of this service",
    details: [],
  }),
  ...ofService(
    'the operation has never existed, or not at this endpoint',
    'check name, endpoint and region',
    404,
    notFound,
  ),
  {
    title: 'the operation has expired during the wait',
    action: 'look for the result in the resource itself',
    wire: 'REST',
    produce: async (world) => {
      let polls = 0;
      const port = await world.http((_, response) => {
        const body =
          polls++ === 0 ? operationToJson(running) : { error: { ...notFound, code: 404, status: 'NOT_FOUND' } };
        response.writeHead(polls === 1 ? 200 : 404).end(JSON.stringify(body));
      });
      return waitFor(world.rest(port));
    },
  },
  {
    title: 'the operation has expired during the wait',
    action: 'look for the result in the resource itself',
    wire: 'gRPC',
    produce: (world) => grpcFailure(world, encodeOperation(running), replyOf(notFound)),
  },
];

const overloads: readonly Failure[] = [
  ...ofService('a quota is used up', 'poll less (`coalesce`, `maxRequestsPerSecond`), then resume', 429, {
    code: Code.RESOURCE_EXHAUSTED,
    message: "Quota exceeded for quota metric 'Get operation requests' and limit 'Requests per minute' of service",
    details: [info('RATE_LIMIT_EXCEEDED', { service })],
  }),
  {
    title: 'a quota is used up, in the words of older APIs (403)',
    action: 'poll less (`coalesce`, `maxRequestsPerSecond`), then resume',
    wire: 'REST',
    produce: (world) =>
      restFailure(world, 403, {
        error: {
          code: 403,
          message: 'Rate Limit Exceeded',
          errors: [{ domain: 'usageLimits', reason: 'rateLimitExceeded', message: 'Rate Limit Exceeded' }],
        },
      }),
  },
  {
    title: 'HTTP 408',
    action: 'resume later',
    wire: 'REST',
    produce: (world) => restFailure(world, 408, ''),
  },
  ...ofService('an internal error of the service, HTTP 500', 'resume later; report it with `RequestInfo`', 500, {
    code: Code.INTERNAL,
    message: 'Internal error encountered.',
    details: [],
  }),
  {
    title: 'a page of a load balancer, HTTP 502',
    action: 'resume later',
    wire: 'REST',
    produce: (world) =>
      restFailure(world, 502, '<html><head><title>502 Server Error</title></head></html>', {
        'content-type': 'text/html',
      }),
  },
  ...ofService(
    'the service is unavailable for longer than the retries last, HTTP 503',
    "look at the service's status page, resume later",
    503,
    {
      code: Code.UNAVAILABLE,
      message: 'The service is currently unavailable.',
      details: [],
    },
  ),
  {
    title: 'a gateway has no response in time, HTTP 504',
    action: 'resume later',
    wire: 'REST',
    produce: (world) => restFailure(world, 504, 'upstream request timeout'),
  },
  {
    title: 'a callback throws the response of a server',
    action: 'check the name',
    wire: 'customOperations()',
    produce: async (world) => {
      const port = await world.http((_, response) => response.writeHead(404).end('{"message":"no such job"}'));
      const get = async ({ name: job }: { name: string }, { signal }: { signal: AbortSignal }): Promise<object> => {
        const response = await fetch(`http://127.0.0.1:${port}/${job}`, { signal });
        if (!response.ok) throw response;
        return (await response.json()) as object;
      };
      return waitFor(world.client(customOperations({ get })));
    },
  },
];

/** Responses that are no success. */
export const statusFailures: readonly Failure[] = [...refusals, ...overloads];
