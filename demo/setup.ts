import { AgentsClient, protos } from '@google-cloud/dialogflow-cx';
import * as gax from 'google-gax';
import { Code, constantBackoff, type PollingOptions } from 'longrunning';
import { OperationsEmulator, packAny, packStruct, type OperationScript } from 'longrunning/testing';

const { ExportAgentRequest, ExportAgentResponse } = protos.google.cloud.dialogflow.cx.v3;

/** What the steps of the demo share. */
export interface DemoContext extends AsyncDisposable {
  /** The service: servers, operations and call log. */
  readonly emulator: OperationsEmulator;
  readonly grpcPort: number;
  readonly httpPort: number;
  /** Google's generated client, connected to the service. */
  readonly agents: AgentsClient;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** The location of the agents and operations. */
export const location = 'projects/demo/locations/global';
export const agentNamed = (id: string): string => `${location}/agents/${id}`;
export const operationOf = (id: string): string => `${location}/operations/export-${id}`;

/** Polls more often than by default, so that the bars move. */
export const polling: PollingOptions = { backoff: constantBackoff(150) };

// The metadata of the real service is an empty Struct.
const progress = (fraction: number) => packStruct({ progressPercent: 100 * fraction });

const responseFor = (id: string) => packAny(ExportAgentResponse, { agentUri: `gs://demo-exports/${id}.blob` });

/** The exports by agent. */
const exports: Readonly<Record<string, OperationScript>> = {
  travel: { durationMs: 2300, metadata: progress, response: responseFor('travel') },
  locked: {
    durationMs: 700,
    metadata: (fraction) => progress(0.6 * fraction),
    error: {
      code: Code.PERMISSION_DENIED,
      message: 'The export cannot be written to gs://demo-locked',
      details: [
        {
          '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
          reason: 'IAM_PERMISSION_DENIED',
          domain: 'iam.googleapis.com',
          metadata: { permission: 'storage.objects.create', resource: 'gs://demo-locked' },
        },
        {
          '@type': 'type.googleapis.com/google.rpc.Help',
          links: [
            { description: 'Grant access to a bucket', url: 'https://cloud.google.com/storage/docs/access-control' },
          ],
        },
      ],
    },
  },
  unwanted: { durationMs: Infinity, cancelDelayMs: 200 },
  almost: { durationMs: 700, cancelDelayMs: 1000, response: responseFor('almost') },
  overnight: { durationMs: 3000, metadata: progress, response: responseFor('overnight') },
};

/** Starts the service and its servers, and creates a client for it. */
export async function createDemo(signal: AbortSignal): Promise<DemoContext> {
  const emulator = new OperationsEmulator();
  emulator.handle('/google.cloud.dialogflow.cx.v3.Agents/ExportAgent', ({ bytes = new Uint8Array(0) }) => {
    const id = ExportAgentRequest.decode(bytes).name.replace(/.*\//, '');
    const script = exports[id];
    if (!script) throw Object.assign(new Error(`There is no agent '${id}'`), { code: Code.NOT_FOUND });
    return emulator.start({ ...script, name: operationOf(id) });
  });
  // The service is unavailable for one request.
  emulator.injectFault({
    method: 'getOperation',
    name: operationOf('travel'),
    after: 1,
    status: { code: Code.UNAVAILABLE },
  });

  const grpcPort = await emulator.listenGrpc();
  const httpPort = await emulator.listenHttp();
  const agents = connect(grpcPort);
  return {
    emulator,
    grpcPort,
    httpPort,
    agents,
    signal,
    async [Symbol.asyncDispose]() {
      await agents.close();
      await emulator.close();
    },
  };
}

/** The generated client without TLS, credentials and proxy: all traffic stays on this machine. */
function connect(port: number): AgentsClient {
  const { GoogleAuth, PassThroughClient } = gax.googleAuthLibrary;
  return new AgentsClient(
    {
      apiEndpoint: '127.0.0.1',
      port,
      sslCreds: gax.grpc.credentials.createInsecure(),
      auth: new GoogleAuth({ authClient: new PassThroughClient() }),
      'grpc.enable_http_proxy': 0,
    },
    gax,
  );
}
