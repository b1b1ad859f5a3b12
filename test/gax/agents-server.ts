import { protos } from '@google-cloud/dialogflow-cx';
import { grpc } from 'google-gax';

const { google } = protos;

export type IOperation = protos.google.longrunning.IOperation;
export type IAny = protos.google.protobuf.IAny;

/** What a handler may give: an answer, or a status to fail with. */
interface Failure {
  code: number;
  details: string;
  metadata?: grpc.Metadata;
}

interface Call {
  method: string;
  name: string;
  metadata: grpc.Metadata;
}

export interface Handlers {
  exportAgent?: () => IOperation;
  getOperation?: (name: string, nth: number) => IOperation | Failure | Promise<IOperation | Failure>;
  waitOperation?: (name: string) => IOperation | Failure | Promise<IOperation | Failure>;
  cancelOperation?: (name: string) => Failure | undefined | Promise<undefined>;
  listOperations?: () => protos.google.longrunning.IListOperationsResponse;
}

export interface AgentsServer extends AsyncDisposable {
  port: number;
  calls: Call[];
  /** How many calls the client gave up while they were being answered. */
  cancelled: number;
  on: Handlers;
}

/** An `Agents` and an `Operations` service on 127.0.0.1, coded with the generated client's own protos. */
export async function startAgentsServer(on: Handlers): Promise<AgentsServer> {
  const server = new grpc.Server();
  const state = { port: 0, calls: [] as Call[], cancelled: 0, on };
  const lro = google.longrunning;
  const empty = (): Uint8Array => new Uint8Array();

  function unary(
    path: string,
    request: Codec,
    respond: (name: string, nth: number) => unknown,
    response: Encode,
  ): void {
    const method = path.slice(path.lastIndexOf('/') + 1);
    const definition = {
      path,
      requestStream: false,
      responseStream: false,
      requestSerialize: (value: Buffer) => value,
      requestDeserialize: (bytes: Buffer) => bytes,
      responseSerialize: (value: Buffer) => value,
      responseDeserialize: (bytes: Buffer) => bytes,
    } as const;
    server.addService(
      { [method]: definition },
      {
        [method]: (call: grpc.ServerUnaryCall<Buffer, Buffer>, callback: grpc.sendUnaryData<Buffer>) => {
          const { name = '' } = request.decode(call.request) as { name?: string };
          state.calls.push({ method, name, metadata: call.metadata });
          let answered = false;
          call.on('cancelled', () => (state.cancelled += answered ? 0 : 1));
          const nth = state.calls.filter((one) => one.method === method).length;
          void Promise.resolve(respond(name, nth)).then((answer) => {
            answered = true;
            if (isFailure(answer)) callback(answer);
            else callback(null, Buffer.from(response(answer)));
          });
        },
      },
    );
  }

  const operation: Encode = (value) => lro.Operation.encode(value as IOperation).finish();
  const unimplemented = { code: 12, details: 'not here' };
  const operations = '/google.longrunning.Operations';
  unary(
    '/google.cloud.dialogflow.cx.v3.Agents/ExportAgent',
    google.cloud.dialogflow.cx.v3.ExportAgentRequest,
    () => state.on.exportAgent?.() ?? unimplemented,
    operation,
  );
  unary(
    `${operations}/GetOperation`,
    lro.GetOperationRequest,
    (name, nth) => state.on.getOperation?.(name, nth) ?? unimplemented,
    operation,
  );
  unary(
    `${operations}/WaitOperation`,
    lro.WaitOperationRequest,
    (name) => state.on.waitOperation?.(name) ?? unimplemented,
    operation,
  );
  unary(`${operations}/CancelOperation`, lro.CancelOperationRequest, (name) => state.on.cancelOperation?.(name), empty);
  unary(`${operations}/DeleteOperation`, lro.DeleteOperationRequest, () => undefined, empty);
  unary(
    `${operations}/ListOperations`,
    lro.ListOperationsRequest,
    () => state.on.listOperations?.() ?? unimplemented,
    // The generated protos know no `unreachable` yet: field 3, a repeated string.
    (value) => {
      const { unreachable = [] } = value as { unreachable?: string[] };
      const extra = unreachable.flatMap((text) => [0x1a, text.length, ...Buffer.from(text)]);
      return Buffer.concat([lro.ListOperationsResponse.encode(value as object).finish(), Buffer.from(extra)]);
    },
  );

  state.port = await new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(port),
    );
  });
  return Object.assign(state, {
    [Symbol.asyncDispose]: () => {
      server.forceShutdown();
      return Promise.resolve();
    },
  });
}

interface Codec {
  decode(bytes: Uint8Array): object;
}
type Encode = (value: unknown) => Uint8Array;

function isFailure(value: unknown): value is Failure {
  return (
    typeof value === 'object' && value !== null && typeof (value as Failure).code === 'number' && !('done' in value)
  );
}

/** An Any with the bytes of a message. */
export function pack(type: { encode(message: object): { finish(): Uint8Array } }, name: string, message: object): IAny {
  return { type_url: `type.googleapis.com/${name}`, value: type.encode(message).finish() };
}

/** An Any with an `ExportAgentResponse`. */
export function exported(message: protos.google.cloud.dialogflow.cx.v3.IExportAgentResponse): IAny {
  const { ExportAgentResponse } = google.cloud.dialogflow.cx.v3;
  return pack(ExportAgentResponse, 'google.cloud.dialogflow.cx.v3.ExportAgentResponse', message);
}

/** An Any with a Struct of one number. */
export function progress(percent: number): IAny {
  return pack(google.protobuf.Struct, 'google.protobuf.Struct', { fields: { percent: { numberValue: percent } } });
}
