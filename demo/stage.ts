import { AgentsClient, protos } from '@google-cloud/dialogflow-cx';
import * as gax from 'google-gax';
import { Code, constantBackoff, type PollingOptions } from 'longrunning';
import { OperationsEmulator, packAny, packStruct, type OperationScript } from 'longrunning/testing';

const { ExportAgentRequest, ExportAgentResponse } = protos.google.cloud.dialogflow.cx.v3;

/** What the scenes are played on. */
export interface Stage extends AsyncDisposable {
  /** The service: its servers, its operations, its log. */
  readonly emulator: OperationsEmulator;
  readonly grpcPort: number;
  readonly httpPort: number;
  /** Google's generated client, pointed at the service. */
  readonly agents: AgentsClient;
  /** Ctrl-C. */
  readonly signal: AbortSignal;
}

/** Where all of it is. */
export const location = 'projects/demo/locations/global';
export const agentNamed = (id: string): string => `${location}/agents/${id}`;
export const operationOf = (id: string): string => `${location}/operations/export-${id}`;

/** More often than by default, so that the bars move. */
export const polling: PollingOptions = { backoff: constantBackoff(150) };

// The real service says that this Struct is empty.
const progress = (fraction: number) => packStruct({ progressPercent: 100 * fraction });

const stored = (id: string) => packAny(ExportAgentResponse, { agentUri: `gs://demo-exports/${id}.blob` });

/** What happens when an agent is exported. */
const exports: Readonly<Record<string, OperationScript>> = {
  travel: { durationMs: 2300, metadata: progress, response: stored('travel') },
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
  almost: { durationMs: 700, cancelDelayMs: 1000, response: stored('almost') },
  overnight: { durationMs: 3000, metadata: progress, response: stored('overnight') },
};

/** Starts the service and its servers, and makes a client for it. */
export async function setStage(signal: AbortSignal): Promise<Stage> {
  const emulator = new OperationsEmulator();
  emulator.handle('/google.cloud.dialogflow.cx.v3.Agents/ExportAgent', ({ bytes = new Uint8Array(0) }) => {
    const id = ExportAgentRequest.decode(bytes).name.replace(/.*\//, '');
    const script = exports[id];
    if (!script) throw Object.assign(new Error(`There is no agent '${id}'`), { code: Code.NOT_FOUND });
    return emulator.start({ ...script, name: operationOf(id) });
  });
  // A service that is not there for a moment.
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

/** The generated client, without TLS, credentials and proxy: nothing leaves the machine. */
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
