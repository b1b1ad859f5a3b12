import { jsonType, OperationsClient, operationInfo } from 'longrunning';
import { OperationsEmulator } from 'longrunning/testing';

// A service in this process, with an operation that takes three seconds.
const emulator = new OperationsEmulator();
const started = emulator.start({
  durationMs: 3_000,
  metadata: (done) => ({ typeUrl: 'example.com/Metadata', json: { percent: Math.round(100 * done) } }),
  response: { typeUrl: 'example.com/Response', json: { uri: 'gs://bucket/agent' } },
});

const client = new OperationsClient({ transport: emulator.transport() });
const exportAgent = operationInfo({
  response: jsonType<{ uri: string }>(),
  metadata: jsonType<{ percent: number }>(),
});
const { uri } = await client.poller(started, exportAgent).promise({
  totalTimeoutMs: 60_000,
  onProgress: ({ metadata }) => console.log(`${metadata?.percent ?? 0} %`),
});
console.log(uri); // a string
await client.close();
