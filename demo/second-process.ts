// Resumes a wait from a saved token: `second-process.ts <file> <HTTP port>`.
import { readFile } from 'node:fs/promises';
import type { protos } from '@google-cloud/dialogflow-cx';
import { constantBackoff, jsonType, operationInfo, OperationsClient, type ResumeToken } from 'longrunning';
import { restTransport } from 'longrunning/rest';
import { endLine, ProgressBar } from './terminal.js';

type ExportAgentResponse = protos.google.cloud.dialogflow.cx.v3.IExportAgentResponse;

/** The message to the first process. */
export interface Resumed {
  readonly pid: number;
  readonly polls: number;
  readonly response: ExportAgentResponse;
}

// Plain JSON: this process loads neither a generated client nor google-gax.
const exportAgent = operationInfo({
  response: jsonType<ExportAgentResponse>('google.cloud.dialogflow.cx.v3.ExportAgentResponse'),
  metadata: jsonType<{ value?: { progressPercent?: number } }>('google.protobuf.Struct'),
});

const [file = '', port = ''] = process.argv.slice(2);
const token = JSON.parse(await readFile(file, 'utf8')) as ResumeToken;
const transport = restTransport({ apiEndpoint: `http://127.0.0.1:${port}`, apiVersion: 'v3' });
await using client = new OperationsClient({ transport, polling: { backoff: constantBackoff(150) } });
const poller = client.resume(token, exportAgent);

let polls = 0;
const bar = new ProgressBar();
const response = await poller.promise({
  onProgress({ metadata }) {
    polls++;
    bar.update(metadata?.value?.progressPercent ?? 0);
  },
});
endLine();
process.send?.({ pid: process.pid, polls, response } satisfies Resumed);
process.disconnect();
