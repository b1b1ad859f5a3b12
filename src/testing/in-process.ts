import { RequestError } from '../errors.js';
import { abortReason } from '../rpc/abort.js';
import { callSignal } from '../rpc/call-options.js';
import { Code, type Status } from '../status.js';
import type { CallOptions, OperationsTransport } from '../transport.js';
import { retryDelayMs } from '../wire/details.js';
import { statusOf } from './script.js';
import type { CallContext, Reply, Service } from './service.js';

/** A transport that asks the service directly. */
export function inProcessTransport(service: Service): OperationsTransport {
  let closed = false;

  async function call<T>(
    method: string,
    operationName: string,
    options: CallOptions,
    ask: (context: CallContext) => Promise<Reply<T>>,
  ): Promise<T> {
    const { headers = {}, timeoutMs = 60_000 } = options;
    const signal = callSignal(options);
    if (signal?.aborted) throw abortReason(signal);
    const requestError = (status: Status, origin: 'service' | 'transport', extra: object = {}): RequestError =>
      new RequestError({ method, operationName, status, origin, ...extra });
    if (closed)
      throw requestError(statusOf({ code: Code.UNAVAILABLE, message: 'The transport is closed' }), 'transport');
    const context = {
      via: 'transport',
      headers: lowerCaseKeys(headers),
      signal,
      deadlineMs: service.clock.now() + timeoutMs,
    } as const;
    const reply = await ask(context);
    const { retryAfterMs } = reply.fault;
    switch (reply.kind) {
      case 'result':
        return retryAfterMs === undefined || !reply.value ? reply.value : { ...reply.value, retryAfterMs };
      case 'status':
        throw requestError(reply.status, 'service', { retryAfterMs: retryDelayMs(reply.status) ?? retryAfterMs });
      case 'deadline': {
        const message = `No answer within ${timeoutMs} ms`;
        throw requestError(statusOf({ code: Code.DEADLINE_EXCEEDED, message }), 'transport');
      }
      default: {
        const message = 'The connection was reset';
        const cause = Object.assign(new Error(message), { code: 'ECONNRESET' });
        throw requestError(statusOf({ code: Code.UNAVAILABLE, message }), 'transport', { cause });
      }
    }
  }

  return {
    getOperation: (request, options) =>
      call('GetOperation', request.name, options, (context) => service.getOperation(request, context)),
    listOperations: (request, options) =>
      call('ListOperations', request.name, options, (context) => service.listOperations(request, context)),
    cancelOperation: (request, options) =>
      call('CancelOperation', request.name, options, (context) => service.cancelOperation(request, context)),
    deleteOperation: (request, options) =>
      call('DeleteOperation', request.name, options, (context) => service.deleteOperation(request, context)),
    waitOperation: (request, options) =>
      call('WaitOperation', request.name, options, (context) => service.waitOperation(request, context)),
    close() {
      closed = true;
      return Promise.resolve();
    },
  };
}

function lowerCaseKeys(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
