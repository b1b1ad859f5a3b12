import { OperationsClient } from '../../src/index.js';
import type { CallOptions, ListOperationsResponse, OperationsTransport, RawOperation } from '../../src/transport.js';
import { running } from './scripted.js';

export interface RecordedRequest {
  method: string;
  request: unknown;
  options: CallOptions;
}

/** A transport that responds to each RPC as `handlers` say, and records its requests. */
export function recordingTransport(
  handlers: Partial<Record<keyof OperationsTransport, (request: never) => unknown>> = {},
) {
  const sent: RecordedRequest[] = [];
  const rpc =
    (method: keyof OperationsTransport, fallback: unknown) =>
    async (request: unknown, options: CallOptions): Promise<never> => {
      sent.push({ method, request, options });
      const handler = handlers[method];
      return (await (handler ? handler(request as never) : fallback)) as never;
    };
  const transport: OperationsTransport = {
    getOperation: rpc('getOperation', running),
    listOperations: rpc('listOperations', page()),
    cancelOperation: rpc('cancelOperation', undefined),
    deleteOperation: rpc('deleteOperation', undefined),
    close: () => rpc('close', undefined)(undefined, {}),
  };
  if (handlers.waitOperation) transport.waitOperation = rpc('waitOperation', running);
  return { transport, sent };
}

export const page = (
  operations: RawOperation[] = [],
  nextPageToken = '',
  unreachable: string[] = [],
): ListOperationsResponse => ({
  operations,
  nextPageToken,
  unreachable,
});

/** A client over a transport that records its requests. */
export function clientOver({ transport }: { transport: OperationsTransport }): OperationsClient {
  return new OperationsClient({ transport });
}
