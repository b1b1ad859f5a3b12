import { OperationsClient, operationInfo, type OperationsTransport } from 'longrunning';
import { OperationsWorker } from 'longrunning/bullmq';
import { structType } from 'longrunning/decoders';

const connection = { host: 'localhost', port: 6379 };

/** A worker of the queue, until the process receives SIGTERM. */
export function startWorker(transports: readonly OperationsTransport[]): void {
  const worker = new OperationsWorker('exports', {
    connection,
    clients: transports.map((transport) => new OperationsClient({ transport, coalesce: true })),
    types: { 'google.protobuf.Struct': operationInfo({ response: structType }) },
    onDone: ({ operation, data }) => {
      if (operation.result === 'response') console.log('exported', data, operation.response);
      else if (operation.result === 'error') console.log('failed', data, operation.error.message);
      else console.log('unknown', data, operation.reason);
    },
    onEvent: (event) => {
      if (event.type !== 'polled') console.warn(event);
    },
  });
  process.once('SIGTERM', () => void worker.close());
}
