import { transportError } from '../errors.js';
import { Code } from '../status.js';
import type { CallOptions, OperationsTransport, RawOperation } from '../transport.js';

/** Sends WaitOperation, where the transport has it. */
export function sendWait(
  transport: OperationsTransport,
  request: { name: string; timeoutMs: number },
  options: CallOptions,
): Promise<RawOperation> {
  if (transport.waitOperation) return transport.waitOperation(request, options);
  const message = 'this transport has no WaitOperation';
  return Promise.reject(transportError('WaitOperation', request.name, Code.UNIMPLEMENTED, message));
}

/** For the server to answer after its wait, in milliseconds. */
export const graceMs = 10_000;
