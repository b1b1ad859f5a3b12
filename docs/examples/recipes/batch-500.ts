// A batch of 500 operations, 25 at a time. Run it again after a crash: what is done is skipped, what runs is resumed.
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jsonType, OperationsClient, operationInfo } from 'longrunning';
import { checkpointFile, startAll, type StartContext } from 'longrunning/many';
import { OperationsEmulator } from 'longrunning/testing';

const info = operationInfo({ response: jsonType<{ pages: number }>() });

// The service. In your program `start` calls it with `fetch` or its client, and sends `requestId` along.
const emulator = new OperationsEmulator();
const client = new OperationsClient({ transport: emulator.transport(), maxRequestsPerSecond: 200 });
const start = (document: string, { requestId }: StartContext) => {
  const response = { typeUrl: 'example.com/Response', json: { pages: document.length } };
  return client.poller(emulator.start({ durationMs: 20, requestId, response }), info);
};

const documents = Array.from({ length: 500 }, (_, index) => `document-${index + 1}`);
const folder = await mkdtemp(join(tmpdir(), 'batch-'));
const counts = { response: 0, error: 0, unknown: 0, unstarted: 0 };
const batch = startAll(documents, start, {
  ...checkpointFile(join(folder, 'batch.jsonl')), // a fixed path in your program
  concurrency: 25,
  resume: (token) => client.resume(token, info),
});
for await (const { operation } of batch) counts[operation.result]++;
console.log(counts);
await client.close();
