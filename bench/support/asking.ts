// The ways to ask a gRPC server about an operation, all by the same copy of grpc-js and with an answer that is decoded.
import gax from 'google-gax';
import { OperationsClient } from 'longrunning';
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

export function waysToAsk(port: number): Record<'bare' | 'transport' | 'client' | 'google-gax', Way> {
  const transport = grpcTransport({ apiEndpoint: `127.0.0.1:${port}`, sslCreds });
  const client = new OperationsClient({ transport });
  return {
    bare: bareCall(port),
    transport: { ask: () => transport.getOperation({ name }, {}), close: () => transport.close() },
    client: { ask: () => client.getOperation({ name }), close: () => client.close() },
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

function googleGax(port: number): Way {
  const options = {
    servicePath: '127.0.0.1',
    port,
    sslCreds,
    auth: new GoogleAuth({ authClient: new PassThroughClient() }) as never,
  };
  const client = gax.lro(options).operationsClient(options);
  return { ask: () => client.getOperation(new GetOperationRequest({ name })), close: () => client.close() };
}
