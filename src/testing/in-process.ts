import { requestError, RequestError, type RpcInfo } from '../errors.js';
import { abortReason } from '../rpc/abort.js';
import { callSignal } from '../rpc/call-options.js';
import { Code } from '../status.js';
import type { CallOptions, OperationsMethod, OperationsTransport } from '../transport.js';
import { retryDelayMs } from '../wire/details.js';
import type { CallContext, Reply } from './call.js';
import type { Service } from './service.js';

/** A transport that calls the service in the same process. */
export function inProcessTransport(service: Service): OperationsTransport {
  let closed = false;

  function method<Request extends { name: string }, T>(
    name: OperationsMethod,
    send: (request: Request, context: CallContext) => Promise<Reply<T>>,
  ): (request: Request, options: CallOptions) => Promise<T> {
    return async (request, options) => {
      const rpc = { method: name, name: request.name };
      const { headers = {}, timeoutMs = 60_000 } = options;
      const signal = callSignal(options);
      if (signal?.aborted) throw abortReason(signal);
      if (closed) throw requestError(rpc, Code.CANCELLED, 'the transport is closed');
      const deadlineMs = service.clock.now() + timeoutMs;
      const context = { via: 'transport', headers: lowerCaseKeys(headers), signal, deadlineMs } as const;
      return valueOf(await send(request, context), rpc, timeoutMs);
    };
  }

  return {
    getOperation: method('GetOperation', (...call) => service.getOperation(...call)),
    listOperations: method('ListOperations', (...call) => service.listOperations(...call)),
    cancelOperation: method('CancelOperation', (...call) => service.cancelOperation(...call)),
    deleteOperation: method('DeleteOperation', (...call) => service.deleteOperation(...call)),
    waitOperation: method('WaitOperation', (...call) => service.waitOperation(...call)),
    close() {
      closed = true;
      return Promise.resolve();
    },
  };
}

/** @throws RequestError unless the reply is a result. */
function valueOf<T>(reply: Reply<T>, rpc: RpcInfo, timeoutMs: number): T {
  const { retryAfterMs } = reply.fault;
  switch (reply.kind) {
    case 'result':
      return retryAfterMs === undefined || !reply.value ? reply.value : { ...reply.value, retryAfterMs };
    case 'status': {
      const { status } = reply;
      const { method, name: operationName } = rpc;
      const delayMs = retryDelayMs(status) ?? retryAfterMs;
      throw new RequestError({ method, operationName, status, origin: 'service', retryAfterMs: delayMs });
    }
    case 'deadline':
      throw requestError(rpc, Code.DEADLINE_EXCEEDED, `No response within ${timeoutMs} ms`);
    default: {
      const message = 'The connection was reset';
      const cause = Object.assign(new Error(message), { code: 'ECONNRESET' });
      throw requestError(rpc, Code.UNAVAILABLE, message, { cause });
    }
  }
}

function lowerCaseKeys(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
