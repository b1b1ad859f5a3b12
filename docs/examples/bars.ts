// Two hundred operations of the emulator, twenty at a time, with a progress bar for each running operation:
// npm run demo:many
import { fileURLToPath } from 'node:url';
import { Code, constantBackoff, jsonType, operationInfo, OperationsClient } from 'longrunning';
import { startAll, type StartContext } from 'longrunning/many';
import { OperationsEmulator, packStruct } from 'longrunning/testing';

// #region bars
/** Where the progress is written to: a terminal, such as `process.stdout`, or another stream. */
export interface Output {
  readonly isTTY?: boolean;
  readonly rows?: number;
  write(text: string): unknown;
}

/** In a terminal, a bar for the batch and one for each running operation; elsewhere, a line for each outcome. */
export class Bars {
  readonly #output: Output;
  readonly #total: number;
  readonly #running = new Map<string, number>();
  #completed = 0;
  #failed = 0;
  #linesDrawn = 0;

  constructor(output: Output, total: number) {
    this.#output = output;
    this.#total = total;
  }

  update(name: string, percent: number): void {
    this.#running.set(name, percent);
    this.#draw();
  }

  complete(name: string, result: string): void {
    this.#running.delete(name);
    this.#completed++;
    if (result !== 'response') this.#failed++;
    if (this.#output.isTTY) this.#draw();
    else this.#output.write(`${name}: ${result} (${this.#completed} of ${this.#total})\n`);
  }

  #draw(): void {
    if (!this.#output.isTTY) return;
    const rows = [...this.#running].slice(0, Math.max(0, (this.#output.rows ?? 24) - 2));
    const summary = `${this.#completed} of ${this.#total}, ${this.#failed} failed`;
    const lines = [
      line('all', (100 * this.#completed) / this.#total, summary),
      ...rows.map(([name, percent]) => line(name, percent)),
    ];
    // Move the cursor to the first line, rewrite the lines, and erase those below.
    const cursorUp = this.#linesDrawn > 0 ? `\x1b[${this.#linesDrawn}A` : '';
    this.#output.write(`${cursorUp}${lines.map((text) => `\x1b[2K${text}\n`).join('')}\x1b[J`);
    this.#linesDrawn = lines.length;
  }
}

function line(name: string, percent: number, label = `${Math.floor(percent)} %`): string {
  const width = Math.round((percent * 30) / 100);
  return `${name.padEnd(8)} ${'█'.repeat(width)}${'░'.repeat(30 - width)} ${label}`;
}
// #endregion bars

const importBooks = operationInfo({
  response: jsonType('google.protobuf.Struct'),
  metadata: jsonType<{ value: { progressPercent: number } }>('google.protobuf.Struct'),
});

export async function main(output: Output): Promise<void> {
  await using emulator = new OperationsEmulator();
  await using client = new OperationsClient({
    transport: emulator.transport(),
    polling: { serverWait: 'never', backoff: constantBackoff(50) },
  });
  // #region start
  const jobs = Array.from({ length: 200 }, (_, i) => `job-${i + 1}`);
  const start = (job: string, { requestId }: StartContext) =>
    client.poller(emulator.start({ ...scriptOf(job), requestId }), importBooks);
  // #endregion start
  // #region run
  const bars = new Bars(output, jobs.length);
  for await (const { input, operation } of startAll(jobs, start, {
    concurrency: 20,
    onProgress: ({ metadata }, job) => bars.update(job, metadata?.value.progressPercent ?? 0),
  })) {
    bars.complete(input, operation.result);
  }
  // #endregion run
}

/** Takes 0.1 to 0.6 seconds. One in fifty fails. */
function scriptOf(job: string) {
  const number = Number(job.slice('job-'.length));
  return {
    durationMs: 100 + ((number * 137) % 500),
    metadata: (fraction: number) => packStruct({ progressPercent: 100 * fraction }),
    ...(number % 50 === 0
      ? { error: { code: Code.ABORTED, message: 'The books were lost' } }
      : { response: packStruct({ books: number }) }),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.stdout);
