// The clients that bench/overhead.ts compares. All use the same copy of grpc-js, and all decode the response.
import gax from 'google-gax';
import { OperationsClient } from 'longrunning';
import { pollerFrom } from 'longrunning/gax';
import { grpcTransport } from 'longrunning/grpc';

/** A client that sends GetOperation for one fixed operation. */
export interface Client {
  readonly getOperation: () => Promise<unknown>;
  readonly close: () => unknown;
}

const { grpc } = gax;
const { GetOperationRequest, Operation } = gax.operationsProtos.google.longrunning;
const { GoogleAuth, PassThroughClient } = gax.googleAuthLibrary;
const operationName = 'projects/bench/locations/global/operations/1';
const sslCreds = grpc.credentials.createInsecure();

export function createClients(
  port: number,
): Record<'bare' | 'transport' | 'client' | 'poller' | 'pollerFrom' | 'google-gax', Client> {
  const transport = grpcTransport({ apiEndpoint: `127.0.0.1:${port}`, sslCreds });
  const client = new OperationsClient({ transport });
  const poller = client.poller(operationName);
  return {
    bare: bareCall(port),
    transport: {
      getOperation: () => transport.getOperation({ name: operationName }, {}),
      close: () => transport.close(),
    },
    client: { getOperation: () => client.getOperation({ name: operationName }), close: () => client.close() },
    poller: { getOperation: () => poller.poll(), close: () => undefined },
    pollerFrom: pollerOfGax(port),
    'google-gax': googleGax(port),
  };
}

/** grpc-js without a client library, with a deadline and the routing header. */
function bareCall(port: number): Client {
  const client = new grpc.Client(`127.0.0.1:${port}`, sslCreds);
  const getOperation = (): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const metadata = new grpc.Metadata();
      metadata.set('x-goog-request-params', `name=${encodeURIComponent(operationName)}`);
      client.makeUnaryRequest(
        '/google.longrunning.Operations/GetOperation',
        (request: { name: string }) => GetOperationRequest.encode(request).finish() as Buffer,
        (bytes) => Operation.decode(bytes),
        { name: operationName },
        metadata,
        { deadline: Date.now() + 60_000 },
        (error, operation) => (error ? reject(error) : resolve(operation)),
      );
    });
  return { getOperation, close: () => client.close() };
}

/** A poller over the channel of google-gax's own client. */
function pollerOfGax(port: number): Client {
  const client = gaxClient(port);
  const decoder = (): object => ({});
  const poller = pollerFrom({
    latestResponse: { name: operationName },
    longrunningDescriptor: { operationsClient: client, responseDecoder: decoder, metadataDecoder: decoder },
    promise: () => Promise.reject(new Error('not part of this bench')),
  });
  return { getOperation: () => poller.poll(), close: () => client.close() };
}

function googleGax(port: number): Client {
  const client = gaxClient(port);
  return {
    getOperation: () => client.getOperation(new GetOperationRequest({ name: operationName })),
    close: () => client.close(),
  };
}

function gaxClient(port: number): gax.OperationsClient {
  const options = {
    servicePath: '127.0.0.1',
    port,
    sslCreds,
    auth: new GoogleAuth({ authClient: new PassThroughClient() }) as never,
  };
  return gax.lro(options).operationsClient(options);
}
