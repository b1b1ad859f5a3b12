// A progress bar for one operation, in a terminal.
import { jsonType, OperationsClient, operationInfo, type LROPoller } from 'longrunning';
import { OperationsEmulator } from 'longrunning/testing';

interface Progress {
  progressPercent?: number;
}

/** Draws a bar while the operation runs, and returns its response. */
export async function withBar<R>(poller: LROPoller<R, Progress>, write: (text: string) => unknown): Promise<R> {
  try {
    return await poller.promise({
      onProgress: ({ metadata }) => {
        const percent = metadata?.progressPercent ?? 0;
        const width = Math.round(percent / 4);
        write(`\r${'█'.repeat(width)}${'░'.repeat(25 - width)} ${percent} %`);
      },
    });
  } finally {
    write('\n');
  }
}

// With an emulated operation of two seconds, so that the file runs as it is.
const emulator = new OperationsEmulator();
const started = emulator.start({
  durationMs: 2000,
  metadata: (done) => ({ typeUrl: 'example.com/Progress', json: { progressPercent: Math.round(100 * done) } }),
  response: { typeUrl: 'example.com/Response', json: { rows: 1000 } },
});
const client = new OperationsClient({ transport: emulator.transport() });
const info = operationInfo({ response: jsonType<{ rows: number }>(), metadata: jsonType<Progress>() });
const { rows } = await withBar(client.poller(started, info), (text) => process.stdout.write(text));
console.log(`${rows} rows`);
await client.close();
