import type { JsonValue } from '../any.js';
import { Code } from '../status.js';
import type { ListOperationsRequest } from '../transport.js';
import { durationFromJson } from '../wire/duration.js';
import { listResponseToJson, operationToJson } from '../wire/json.js';
import { decodePath, type Handlers } from './handlers.js';
import { RpcError } from './script.js';
import { encodeReply, type CallContext, type Reply, type Service } from './service.js';

/** A request over HTTP, read to its end. */
export interface HttpRequest {
  readonly verb: string;
  /** The path and the query, as they came. */
  readonly url: string;
  readonly body: string;
}

/**
 * Does what a request is for: one of the handlers, or one of the RPCs at `/{version}/{name}`, whatever the version.
 *
 * @throws what {@link Service.handleCall} throws.
 */
export async function answerHttp(
  service: Service,
  handlers: Handlers,
  request: HttpRequest,
  context: CallContext,
): Promise<Reply<JsonValue>> {
  const [, path = '', search] = /^([^?]*)\??(.*)$/.exec(request.url) ?? [];
  const target = `${request.verb} ${path}`;
  let ask: () => Promise<Reply<JsonValue>>;
  try {
    const query = Object.fromEntries(new URLSearchParams(search));
    const call = { target, query, json: parseBody(request.body), context };
    ask = handlerFor(service, handlers, call) ?? rpcFor(service, call);
  } catch (error) {
    // A request that makes no sense is answered like one that does, and is in the log.
    ask = () => service.handleCall(target, '', context, () => Promise.reject(error as Error));
  }
  return ask();
}

interface HttpCall {
  /** The verb, a space, and the path. */
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
  const [, verb = '', rawName = '', custom = ''] = /^(\w+) \/[^/]+\/(.+?)(:cancel|:wait)?$/.exec(target) ?? [];
  const name = decodePath(rawName);
  switch (verb + custom) {
    case 'GET':
      if (/(^|\/)operations$/.test(name)) {
        const list = listRequest(query.name ?? name, query);
        return async () => encodeReply(await service.listOperations(list, context), listResponseToJson);
      }
      return async () => encodeReply(await service.getOperation({ name }, context), operationToJson);
    case 'DELETE':
      return async () => encodeReply(await service.deleteOperation({ name }, context), () => ({}));
    case 'POST:cancel':
      return async () => encodeReply(await service.cancelOperation({ name }, context), () => ({}));
    case 'POST:wait': {
      const { timeout = query.timeout } = (json ?? {}) as { timeout?: JsonValue };
      const timeoutMs = durationFromJson(timeout ?? '0s');
      if (timeoutMs === undefined) throw new RpcError(Code.INVALID_ARGUMENT, 'timeout must be a duration');
      const wait = { name, timeoutMs };
      return async () => encodeReply(await service.waitOperation(wait, context), operationToJson);
    }
    default:
      throw new RpcError(Code.NOT_FOUND, `There is no method at ${target}`);
  }
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
