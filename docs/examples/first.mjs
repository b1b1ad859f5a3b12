import { jsonType, OperationsClient, operationInfo } from 'longrunning';
import { OperationsEmulator } from 'longrunning/testing';

const emulator = new OperationsEmulator();
const started = emulator.start({
  durationMs: 3_000,
  metadata: (done) => ({ typeUrl: 'example.com/Metadata', json: { percent: Math.round(100 * done) } }),
  response: { typeUrl: 'example.com/Response', json: { uri: 'gs://bucket/agent' } },
});

const client = new OperationsClient({ transport: emulator.transport() });
const info = operationInfo({ response: jsonType(), metadata: jsonType() });
const { uri } = await client.poller(started, info).promise({
  totalTimeoutMs: 60_000,
  onProgress: ({ metadata }) => console.log(`${metadata.percent} %`),
});
console.log(uri);
await client.close();
