import { create, createFileRegistry, fromBinary, type DescMessage, type FileRegistry } from '@bufbuild/protobuf';
import {
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
  file_google_protobuf_any,
  file_google_protobuf_duration,
  file_google_protobuf_empty,
  file_google_protobuf_struct,
  FileDescriptorSetSchema,
} from '@bufbuild/protobuf/wkt';
import {
  ConnectError,
  createConnectRouter,
  createContextKey,
  createContextValues,
  type HandlerContext,
} from '@connectrpc/connect';
import { universalRequestFromNodeRequest, universalResponseToNodeResponse } from '@connectrpc/connect-node';
import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createHttp2Server, type Http2ServerRequest, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { isRequestError } from '../../src/errors.js';
import { Code, type StatusDetail } from '../../src/status.js';
import type { CallOptions, OperationsTransport } from '../../src/transport.js';
import { detailToAny } from '../../src/wire/details.js';
import { durationToJson } from '../../src/wire/duration.js';
import { encodeListResponse, encodeOperation } from '../../src/wire/messages.js';

type Fields = Readonly<Record<string, readonly [number: number, type: string, isRepeated?: boolean]>>;

/** The messages of google/longrunning/operations.proto, google/rpc, and of the operations of the tests. */
const messages: Readonly<Record<string, Fields>> = {
  'google.rpc.Status': { code: [1, 'int32'], message: [2, 'string'], details: [3, '.google.protobuf.Any', true] },
  'google.rpc.ErrorInfo': { reason: [1, 'string'], domain: [2, 'string'], metadata: [3, 'map'] },
  'google.rpc.RetryInfo': { retry_delay: [1, '.google.protobuf.Duration'] },
  'google.rpc.LocalizedMessage': { locale: [1, 'string'], message: [2, 'string'] },
  'google.rpc.FieldViolation': {
    field: [1, 'string'],
    description: [2, 'string'],
    reason: [3, 'string'],
    localized_message: [4, '.google.rpc.LocalizedMessage'],
  },
  'google.rpc.BadRequest': { field_violations: [1, '.google.rpc.FieldViolation', true] },
  'google.longrunning.Operation': {
    name: [1, 'string'],
    metadata: [2, '.google.protobuf.Any'],
    done: [3, 'bool'],
    error: [4, '.google.rpc.Status'],
    response: [5, '.google.protobuf.Any'],
  },
  'google.longrunning.GetOperationRequest': { name: [1, 'string'] },
  'google.longrunning.ListOperationsRequest': {
    name: [4, 'string'],
    filter: [1, 'string'],
    page_size: [2, 'int32'],
    page_token: [3, 'string'],
    return_partial_success: [5, 'bool'],
  },
  'google.longrunning.ListOperationsResponse': {
    operations: [1, '.google.longrunning.Operation', true],
    next_page_token: [2, 'string'],
    unreachable: [3, 'string', true],
  },
  'google.longrunning.CancelOperationRequest': { name: [1, 'string'] },
  'google.longrunning.DeleteOperationRequest': { name: [1, 'string'] },
  'google.longrunning.WaitOperationRequest': { name: [1, 'string'], timeout: [2, '.google.protobuf.Duration'] },
  'google.cloud.dialogflow.cx.v3.ExportAgentResponse': { agent_uri: [1, 'string'] },
  'google.cloud.dialogflow.cx.v3.CreateVersionOperationMetadata': { version: [1, 'string'] },
};

const rpcs = [
  ['ListOperations', '.google.longrunning.ListOperationsResponse'],
  ['GetOperation', '.google.longrunning.Operation'],
  ['DeleteOperation', '.google.protobuf.Empty'],
  ['CancelOperation', '.google.protobuf.Empty'],
  ['WaitOperation', '.google.longrunning.Operation'],
] as const;

const scalars: Readonly<Record<string, Type>> = { int32: Type.INT32, string: Type.STRING, bool: Type.BOOL };
const camelCase = (name: string): string => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

const packageOf = (name: string): string => name.slice(0, name.lastIndexOf('.'));

function createRegistry(): FileRegistry {
  const wellKnown = [
    file_google_protobuf_any,
    file_google_protobuf_duration,
    file_google_protobuf_empty,
    file_google_protobuf_struct,
  ].map(({ proto }) => proto);
  const packages = [...new Set(Object.keys(messages).map(packageOf))];
  const files = packages.map((name, index) => ({
    name,
    package: name,
    syntax: 'proto3',
    dependency: [...wellKnown.map((file) => file.name), ...packages.slice(0, index)],
    messageType: Object.entries(messages)
      .filter(([message]) => packageOf(message) === name)
      .map(([message, fields]) => messageType(message, fields)),
    service: name === 'google.longrunning' ? [{ name: 'Operations', method: rpcs.map(methodType) }] : [],
  }));
  return createFileRegistry(create(FileDescriptorSetSchema, { file: [...wellKnown, ...files] as never }));
}

function messageType(message: string, fields: Fields): object {
  const field = Object.entries(fields).map(([name, [number, type, isRepeated]]) => ({
    name,
    jsonName: camelCase(name),
    number,
    label: isRepeated || type === 'map' ? Label.REPEATED : Label.OPTIONAL,
    ...fieldType(message, type),
  }));
  const entryField = (name: string, number: number) => ({ name, number, type: Type.STRING, label: Label.OPTIONAL });
  const entry = { name: 'Entry', field: [entryField('key', 1), entryField('value', 2)], options: { mapEntry: true } };
  const hasMap = Object.values(fields).some(([, type]) => type === 'map');
  return { name: message.slice(packageOf(message).length + 1), field, nestedType: hasMap ? [entry] : [] };
}

function fieldType(message: string, type: string): object {
  if (type === 'map') return { type: Type.MESSAGE, typeName: `.${message}.Entry` };
  return scalars[type] === undefined ? { type: Type.MESSAGE, typeName: type } : { type: scalars[type] };
}

function methodType([name, outputType]: (typeof rpcs)[number]): object {
  return { name, inputType: `.google.longrunning.${name}Request`, outputType };
}

const registry = createRegistry();

const retryInfo = 'type.googleapis.com/google.rpc.RetryInfo';
const breakKey = createContextKey<(() => void) | undefined>(undefined);

/** A server of the Connect protocol, gRPC-web and, over HTTP/2, gRPC. */
export interface ConnectServer extends AsyncDisposable {
  /** Such as `http://127.0.0.1:40123`. */
  readonly baseUrl: string;
  close(): Promise<void>;
}

/**
 * Serves `google.longrunning.Operations` from a backend on a free port of 127.0.0.1. A broken connection of the backend breaks
 * that of the caller.
 */
export async function startConnectServer(backend: OperationsTransport, isHttp2: boolean): Promise<ConnectServer> {
  const handler = requestHandler(backend);
  const sessions = new Set<ServerHttp2Session>();
  const server = isHttp2
    ? createHttp2Server(handler as never).on('session', (session) => {
        sessions.add(session);
        session.on('close', () => sessions.delete(session));
      })
    : createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = async (): Promise<void> => {
    for (const session of sessions) session.destroy();
    if ('closeAllConnections' in server) server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  const { port } = server.address() as AddressInfo;
  return { baseUrl: `http://127.0.0.1:${port}`, close, [Symbol.asyncDispose]: close };
}

type NodeResponse = Parameters<typeof universalResponseToNodeResponse>[1];
type NodeRequest = IncomingMessage | Http2ServerRequest;

function requestHandler(backend: OperationsTransport): (request: NodeRequest, response: NodeResponse) => void {
  const router = createConnectRouter({ jsonOptions: { registry } });
  router.service(registry.getService('google.longrunning.Operations')!, implementation(backend));
  const handlers = new Map(router.handlers.map((handler) => [handler.requestPath, handler]));
  return (request, response) => {
    const handler = handlers.get(request.url ?? '');
    if (!handler) {
      response.writeHead(404);
      response.end();
      return;
    }
    const values = createContextValues().set(breakKey, () => breakConnection(request));
    handler(universalRequestFromNodeRequest(request, response, undefined, values))
      .then((reply) => universalResponseToNodeResponse(reply, response))
      .catch(() => undefined); // the caller is gone
  };
}

function breakConnection(request: NodeRequest): void {
  if ('stream' in request) request.stream.session?.destroy();
  else request.socket.destroy();
}

interface Request {
  readonly name: string;
  readonly timeout?: { readonly seconds: bigint; readonly nanos: number };
}

function implementation(backend: OperationsTransport): never {
  const schema = (name: string): DescMessage => registry.getMessage(name)!;
  const rpc =
    <T>(call: (request: never, options: CallOptions) => Promise<T>, toMessage: (result: T) => unknown) =>
    async (request: Request, context: HandlerContext) => {
      const timeoutMs = request.timeout && Number(request.timeout.seconds) * 1000 + request.timeout.nanos / 1e6;
      const options = { signal: context.signal, headers: Object.fromEntries(context.requestHeader) };
      try {
        const result = await call({ ...request, timeoutMs } as never, options);
        const { retryAfterMs } = Object(result) as { retryAfterMs?: number };
        if (retryAfterMs !== undefined) context.responseHeader.set('retry-after', String(retryAfterMs / 1000));
        return toMessage(result);
      } catch (error) {
        throw toConnectError(error, context);
      }
    };
  const operation = (raw: Parameters<typeof encodeOperation>[0]) =>
    fromBinary(schema('google.longrunning.Operation'), encodeOperation(raw));
  return {
    getOperation: rpc(backend.getOperation.bind(backend), operation),
    listOperations: rpc(backend.listOperations.bind(backend), (page) =>
      fromBinary(schema('google.longrunning.ListOperationsResponse'), encodeListResponse(page)),
    ),
    cancelOperation: rpc(backend.cancelOperation.bind(backend), () => ({})),
    deleteOperation: rpc(backend.deleteOperation.bind(backend), () => ({})),
    waitOperation: rpc(backend.waitOperation!.bind(backend), operation),
  } as never;
}

function toConnectError(error: unknown, context: HandlerContext): unknown {
  if (!isRequestError(error)) return error;
  const { status, origin, rpcCode, retryAfterMs } = error;
  if (origin === 'transport' && rpcCode === Code.UNAVAILABLE) context.values.get(breakKey)?.();
  const delay = retryAfterMs === undefined ? [] : [{ '@type': retryInfo, retryDelay: durationToJson(retryAfterMs) }];
  const failure = new ConnectError(status.message);
  Object.assign(failure, { code: rpcCode });
  failure.details = [...status.details, ...(delay as StatusDetail[])].map(detailToAny).map(({ typeUrl, value }) => ({
    type: typeUrl.slice(typeUrl.lastIndexOf('/') + 1),
    value: value!,
  }));
  return failure;
}
