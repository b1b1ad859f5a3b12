import type { JsonValue } from '../any.js';
import { Code } from '../status.js';
import type { ListOperationsRequest } from '../transport.js';
import { durationFromJson } from '../wire/duration.js';
import { listResponseToJson, operationToJson } from '../wire/json.js';
import { encodeReply, type CallContext, type Reply } from './call.js';
import { decodePath, type Handlers } from './handlers.js';
import { RpcError } from './rpc-error.js';
import type { Service } from './service.js';

/** An HTTP request with its complete body. */
export interface HttpRequest {
  readonly method: string;
  /** The path and the query, not decoded. */
  readonly url: string;
  readonly body: string;
}

/**
 * Routes a request to a handler, or to one of the RPCs at `/{version}/{name}` for any version.
 *
 * @throws what {@link Service.handleCall} throws.
 */
export async function handleHttp(
  service: Service,
  handlers: Handlers,
  request: HttpRequest,
  context: CallContext,
): Promise<Reply<JsonValue>> {
  const [, path = '', search] = /^([^?]*)\??(.*)$/.exec(request.url) ?? [];
  const target = `${request.method} ${path}`;
  let run: () => Promise<Reply<JsonValue>>;
  try {
    const query = Object.fromEntries(new URLSearchParams(search));
    const call = { target, query, json: parseBody(request.body), context };
    run = handlerFor(service, handlers, call) ?? rpcFor(service, call);
  } catch (error) {
    // An invalid request is a call like any other: it is logged, and faults apply.
    run = () => service.handleCall(target, '', context, () => Promise.reject(error as Error));
  }
  return run();
}

interface HttpCall {
  /** The HTTP method, a space, and the path. */
  readonly target: string;
  readonly query: Readonly<Record<string, string>>;
  readonly json: JsonValue | undefined;
  readonly context: CallContext;
}

function handlerFor(
  service: Service,
  handlers: Handlers,
  { target, query, json, context }: HttpCall,
): (() => Promise<Reply<JsonValue>>) | undefined {
  const found = handlers.find(target);
  if (!found) return undefined;
  const { path, handler } = found;
  const params = { ...query, ...found.params };
  const run = (): ReturnType<typeof handler> => handler({ json, params, headers: context.headers });
  return async () => encodeReply(await service.handleCall(path, params.name ?? '', context, run), operationToJson);
}

function rpcFor(service: Service, { target, query, json, context }: HttpCall): () => Promise<Reply<JsonValue>> {
  const [, method = '', rawName = '', verb = ''] = /^(\w+) \/[^/]+\/(.+?)(:cancel|:wait)?$/.exec(target) ?? [];
  const name = decodePath(rawName);
  switch (method + verb) {
    case 'GET':
      if (/(^|\/)operations$/.test(name)) return listFor(service, name, query, context);
      return async () => encodeReply(await service.getOperation({ name }, context), operationToJson);
    case 'DELETE':
      return async () => encodeReply(await service.deleteOperation({ name }, context), () => ({}));
    case 'POST:cancel':
      return async () => encodeReply(await service.cancelOperation({ name }, context), () => ({}));
    case 'POST:wait': {
      const wait = { name, timeoutMs: waitTimeoutMs(query, json) };
      return async () => encodeReply(await service.waitOperation(wait, context), operationToJson);
    }
    default:
      throw new RpcError(Code.NOT_FOUND, `There is no method at ${target}`);
  }
}

function waitTimeoutMs(query: HttpCall['query'], json: JsonValue | undefined): number {
  const { timeout = query.timeout } = (json ?? {}) as { timeout?: JsonValue };
  const timeoutMs = durationFromJson(timeout ?? '0s');
  if (timeoutMs === undefined) throw new RpcError(Code.INVALID_ARGUMENT, 'timeout must be a duration');
  return timeoutMs;
}

function listFor(
  service: Service,
  collection: string,
  query: HttpCall['query'],
  context: CallContext,
): () => Promise<Reply<JsonValue>> {
  const request = listRequest(query.name ?? collection, query);
  return async () => encodeReply(await service.listOperations(request, context), listResponseToJson);
}

function listRequest(name: string, query: HttpCall['query']): ListOperationsRequest {
  const pageSize = Number(query.pageSize ?? query.page_size ?? 0);
  if (!Number.isInteger(pageSize)) throw new RpcError(Code.INVALID_ARGUMENT, 'page_size must be an integer');
  return {
    name,
    filter: query.filter,
    pageSize,
    pageToken: query.pageToken ?? query.page_token,
    returnPartialSuccess: (query.returnPartialSuccess ?? query.return_partial_success) === 'true',
  };
}

function parseBody(body: string): JsonValue | undefined {
  if (body === '') return undefined;
  try {
    return JSON.parse(body) as JsonValue;
  } catch {
    throw new RpcError(Code.INVALID_ARGUMENT, 'The body is not JSON');
  }
}
