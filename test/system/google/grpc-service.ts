import { readFileSync } from 'node:fs';
import type * as gax from 'google-gax';
import type { Code } from '../../../src/index.js';
import type { InstalledSet } from '../../support/installed.js';

/** What a method responds: a message in JSON, the code of an error, or nothing. */
export type Answer = object | Code | 'hang';

/** A method of a service. */
export interface Method {
  readonly request: string;
  readonly response: string;
  readonly answer: () => Answer;
}

/** A call that the server received. */
interface Call {
  readonly method: string;
  readonly request: object;
  readonly routing: unknown;
  cancelled: boolean;
}

/**
 * Starts a gRPC server of a service on 127.0.0.1, with the protos of a generated client.
 *
 * @param protosPath - such as `@google-cloud/container/build/protos/protos.json`.
 * @param service - its full name.
 */
export async function startGrpcService(
  google: InstalledSet,
  protosPath: string,
  service: string,
  methods: Readonly<Record<string, Method>>,
) {
  // The copy that the client uses.
  const { grpc, protobuf } = (await google.load('google-gax')) as typeof gax;
  const protos = JSON.parse(readFileSync(google.resolve(protosPath), 'utf8')) as gax.protobuf.INamespace;
  const root = protobuf.Root.fromJSON(protos);
  const server = new grpc.Server();
  const calls: Call[] = [];
  for (const [method, { request, response, answer }] of Object.entries(methods)) {
    const requestType = root.lookupType(request);
    const responseType = root.lookupType(response);
    const definition = {
      path: `/${service}/${method}`,
      requestStream: false as const,
      responseStream: false as const,
      requestSerialize: (message: object) => Buffer.from(requestType.encode(message).finish()),
      requestDeserialize: (bytes: Buffer) => requestType.toObject(requestType.decode(bytes)),
      responseSerialize: (message: object) =>
        Buffer.from(responseType.encode(responseType.fromObject(message)).finish()),
      responseDeserialize: (bytes: Buffer): object => responseType.decode(bytes),
    };
    const handler: gax.grpc.handleUnaryCall<object, object> = (call, callback) => {
      const routing = call.metadata.get('x-goog-request-params')[0];
      const received = { method, request: call.request, routing, cancelled: false };
      calls.push(received);
      call.on('cancelled', () => (received.cancelled = true));
      const given = answer();
      if (typeof given === 'object') callback(null, given);
      else if (given !== 'hang') callback({ ...({ code: given } as object), details: 'the server says no' });
    };
    server.addService({ [method]: definition }, { [method]: handler });
  }
  const port = await new Promise<number>((resolve, reject) => {
    const credentials = grpc.ServerCredentials.createInsecure();
    server.bindAsync('127.0.0.1:0', credentials, (error, bound) => (error ? reject(error) : resolve(bound)));
  });
  const sslCreds = grpc.credentials.createInsecure();
  return { options: { apiEndpoint: '127.0.0.1', port, sslCreds }, calls, close: () => server.forceShutdown() };
}

/** Returns these answers one after the other, the last one repeatedly. */
export function answering(answers: readonly Answer[]): () => Answer {
  let count = 0;
  return () => answers[Math.min(count++, answers.length - 1)] as Answer;
}
