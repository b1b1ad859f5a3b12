// The ways to ask a gRPC server about an operation, all by the same copy of grpc-js and with an answer that is decoded.
import gax from 'google-gax';
import { OperationsClient } from 'longrunning';
import { pollerFrom } from 'longrunning/gax';
import { grpcTransport } from 'longrunning/grpc';

export interface Way {
  /** Asks once. */
  readonly ask: () => Promise<unknown>;
  readonly close: () => unknown;
}

const { grpc } = gax;
const { GetOperationRequest, Operation } = gax.operationsProtos.google.longrunning;
const { GoogleAuth, PassThroughClient } = gax.googleAuthLibrary;
const name = 'projects/bench/locations/global/operations/1';
const sslCreds = grpc.credentials.createInsecure();

export function waysToAsk(
  port: number,
): Record<'bare' | 'transport' | 'client' | 'poller' | 'pollerFrom' | 'google-gax', Way> {
  const transport = grpcTransport({ apiEndpoint: `127.0.0.1:${port}`, sslCreds });
  const client = new OperationsClient({ transport });
  const poller = client.poller(name);
  return {
    bare: bareCall(port),
    transport: { ask: () => transport.getOperation({ name }, {}), close: () => transport.close() },
    client: { ask: () => client.getOperation({ name }), close: () => client.close() },
    poller: { ask: () => poller.poll(), close: () => undefined },
    pollerFrom: pollerOfGax(port),
    'google-gax': googleGax(port),
  };
}

/** As a careful program would by itself: with a deadline, and the header by which the call is routed. */
function bareCall(port: number): Way {
  const client = new grpc.Client(`127.0.0.1:${port}`, sslCreds);
  const ask = (): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const metadata = new grpc.Metadata();
      metadata.set('x-goog-request-params', `name=${encodeURIComponent(name)}`);
      client.makeUnaryRequest(
        '/google.longrunning.Operations/GetOperation',
        (request: { name: string }) => GetOperationRequest.encode(request).finish() as Buffer,
        (bytes) => Operation.decode(bytes),
        { name },
        metadata,
        { deadline: Date.now() + 60_000 },
        (error, operation) => (error ? reject(error) : resolve(operation)),
      );
    });
  return { ask, close: () => client.close() };
}

/** A poller over the channel of google-gax's own client. */
function pollerOfGax(port: number): Way {
  const client = gaxClient(port);
  const decoder = (): object => ({});
  const poller = pollerFrom({
    latestResponse: { name },
    longrunningDescriptor: { operationsClient: client, responseDecoder: decoder, metadataDecoder: decoder },
    promise: () => Promise.reject(new Error('not a part of this bench')),
  });
  return { ask: () => poller.poll(), close: () => client.close() };
}

function googleGax(port: number): Way {
  const client = gaxClient(port);
  return { ask: () => client.getOperation(new GetOperationRequest({ name })), close: () => client.close() };
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
