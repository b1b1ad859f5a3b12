import { isLROError, RequestError, requestError, type RpcInfo } from '../errors.js';
import type { Operations } from '../grpc/unary.js';
import { Code, toCode, type Status } from '../status.js';
import type { CallOptions, ListOperationsRequest, ListOperationsResponse, RawOperation } from '../transport.js';
import { asRecord } from '../transports/as-record.js';
import type { CallScope } from '../transports/call-scope.js';
import { isSystemCode } from '../transports/cause-chain.js';
import { credentialHeaders } from '../transports/credentials.js';
import { gaxDetails } from '../transports/gax-details.js';
import { normalizeHeaders } from '../transports/headers.js';
import { networkError } from '../transports/network-error.js';
import { codeOfLimit } from '../transports/quota.js';
import { Redactor } from '../transports/redact.js';
import { secretValues } from '../transports/secrets.js';
import { assertUrlName } from '../transports/resource-name.js';
import { routingHeader } from '../transports/routing-header.js';
import { retryDelayMs } from '../wire/details.js';
import { rawOperationFrom } from './operation.js';
import type { RestStub, StubAuthClient, StubMethod } from './rest-stub.js';

/** Whether the stub of a client with `fallback: true` is that of google-gax 4 or older, which does not send by its auth. */
export function isLegacyAuth(auth: unknown): boolean {
  return typeof asRecord(auth).fetch !== 'function';
}

/**
 * The RPCs over the stub of a generated client on google-gax 3 or 4 with `fallback: true`. The stub itself sends the request
 * and decodes the response, since it exposes neither.
 */
export class LegacyRestOperations implements Operations {
  readonly #scope: CallScope;
  readonly #stub: RestStub;
  readonly #auth: Partial<StubAuthClient>;
  readonly #hasRoutingHeader: boolean;

  /** @param hasRoutingHeader - whether requests carry the header by which Google routes them. */
  constructor(scope: CallScope, stub: RestStub, auth: unknown, hasRoutingHeader: boolean) {
    this.#scope = scope;
    this.#stub = stub;
    this.#auth = asRecord(auth);
    this.#hasRoutingHeader = hasRoutingHeader;
  }

  getOperation(request: { name: string }, options: CallOptions): Promise<RawOperation> {
    return this.#call('GetOperation', request, options, rawOperationFrom);
  }

  listOperations(request: ListOperationsRequest, options: CallOptions): Promise<ListOperationsResponse> {
    return this.#call('ListOperations', request, options, (response) => {
      const { operations, nextPageToken, unreachable } = asRecord(response);
      return {
        operations: arrayOf(operations).map(rawOperationFrom),
        nextPageToken: typeof nextPageToken === 'string' ? nextPageToken : '',
        unreachable: arrayOf(unreachable).map(String),
      };
    });
  }

  cancelOperation(request: { name: string }, options: CallOptions): Promise<void> {
    return this.#call('CancelOperation', request, options, () => undefined);
  }

  deleteOperation(request: { name: string }, options: CallOptions): Promise<void> {
    return this.#call('DeleteOperation', request, options, () => undefined);
  }

  waitOperation({ name }: { name: string }): Promise<RawOperation> {
    const message = 'WaitOperation has no HTTP rule; nothing was sent';
    return Promise.reject(requestError({ method: 'WaitOperation', name }, Code.UNIMPLEMENTED, message));
  }

  async #call<T>(
    method: StubMethod,
    request: { name: string },
    options: CallOptions,
    read: (response: unknown) => T,
  ): Promise<T> {
    const rpc = { method, name: request.name };
    assertUrlName(request.name, method === 'ListOperations');
    const headers = {
      ...(this.#hasRoutingHeader && routingHeader('request', rpc.name)),
      ...normalizeHeaders(options.headers ?? {}),
    };
    return this.#scope.run(rpc, options, async ({ signal }) => {
      // The stub gets them itself, from the cache. But it reports a failure to get them as a failed request, and they must
      // be known to be redacted in errors.
      const credentials = await credentialHeaders(rpc, () => this.#auth.getRequestHeaders?.() ?? {});
      const redactor = new Redactor(() => secretValues(credentials, Object.keys(credentials)));
      if (signal.aborted) throw signal.reason;
      return read(await this.#send(rpc, method, request, { headers, signal, redactor }));
    });
  }

  #send(rpc: RpcInfo, method: StubMethod, request: object, call: StubCall): Promise<unknown> {
    const stubMethod = `${method[0]?.toLowerCase()}${method.slice(1)}`;
    const send = this.#stub[stubMethod];
    if (!send) throw requestError(rpc, Code.UNIMPLEMENTED, `the client has no ${stubMethod}; nothing was sent`);
    const headers = Object.fromEntries(Object.entries(call.headers).map(([name, value]) => [name, [value]]));
    return new Promise((resolve, reject) => {
      let isEncoded = false;
      // Before it sends anything, the stub encodes the request by the service's HTTP rules.
      const onError = (error: unknown): void =>
        reject(isEncoded ? stubError(rpc, error, call.redactor) : encodingError(rpc, error));
      try {
        const sent = send(request, headers, {}, (error, response) => (error ? onError(error) : resolve(response)));
        isEncoded = true;
        // A stub of another make may return nothing. An exception here would end the process.
        const { cancel } = asRecord(sent);
        if (typeof cancel !== 'function') return;
        call.signal.addEventListener('abort', () => void cancel.call(sent), { once: true });
      } catch (error) {
        onError(error);
      }
    });
  }
}

interface StubCall {
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Removes the credentials of the request from errors. */
  readonly redactor: Redactor;
}

const arrayOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

function encodingError(rpc: RpcInfo, error: unknown): RequestError {
  const message = `the client cannot encode it by its HTTP rules (${String(error)}); nothing was sent`;
  return requestError(rpc, Code.UNIMPLEMENTED, message);
}

/** Converts an error of the stub: a status of the service, a broken connection, or a response that it cannot read. */
function stubError(rpc: RpcInfo, error: unknown, redactor: Redactor): Error {
  // The stub of an emulator has errors of this package.
  if (isLROError(error)) return error;
  const { code, message } = asRecord(error);
  const text = redactor.text(typeof message === 'string' ? message : '');
  if (typeof code === 'number' && code !== 0 && toCode(code) === code) {
    const received: Status = redactor.status({ code, message: text, details: gaxDetails(error) });
    const status = { ...received, code: codeOfLimit(received) };
    const { method, name: operationName } = rpc;
    return new RequestError({
      method,
      operationName,
      status,
      origin: 'service',
      retryAfterMs: retryDelayMs(status),
    });
  }
  if (isSystemCode(code)) return networkError(rpc, error, { host: 'the service', redactor });
  const problem = `the client's google-gax cannot read the response (${text.slice(0, 300) || 'an error without a message'})`;
  // It reads an Any only if it has the type, such as google.rpc.ErrorInfo.
  if (!text.includes('cannot find type')) return requestError(rpc, Code.UNKNOWN, problem);
  const remedy = 'use the client over gRPC, a client on google-gax 5 or later, or restTransport()';
  return requestError(rpc, Code.UNIMPLEMENTED, `${problem}; ${remedy}`);
}
