// Runs a separate process on the build in dist/ (npm run build) and kills it repeatedly.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Checkpoint } from '../../../src/many/index.js';
import { OperationsEmulator } from '../../../src/testing/index.js';
import { openStore } from '../../fixtures/restart/store.js';
import { json } from '../../support/scripted.js';

const worker = fileURLToPath(new URL('../../fixtures/restart/worker.js', import.meta.url));
const kills = 20;
const inputs = 300;

let folder: string;
beforeAll(() => {
  if (!existsSync(new URL('../../../dist/many/index.js', import.meta.url))) {
    throw new Error('There is no dist/: npm run build');
  }
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'longrunning-restart-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('startAll() in a process that is killed twenty times', () => {
  it('loses no result and starts no operation twice', async () => {
    await using emulator = new OperationsEmulator();
    /** The inputs of all start requests, and the operations started for each input. */
    const requested: string[] = [];
    const started = new Map<string, string[]>();
    emulator.handle('POST /v1/jobs:run', async ({ json: body }) => {
      const { input, requestId } = body as { input: string; requestId: string };
      requested.push(input);
      const durationMs = Math.random() * 40;
      const operation = emulator.start({ requestId, durationMs, response: json({ input }) });
      started.set(input, [...new Set([...(started.get(input) ?? []), operation.name])]);
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 20)); // the process may be killed meanwhile
      return operation;
    });
    const port = await emulator.listenHttp();
    // Node's built-in SQLite prints an experimental warning.
    const flags = ['--liftoff-only', '--disable-warning=ExperimentalWarning'];
    const file = join(folder, 'batch.db');

    /** Runs the process to its end, or kills it this long after its first output. */
    const run = async (killMs: number): Promise<{ code: number | null; errors: string }> => {
      const child = spawn(process.execPath, [...flags, worker, String(port), file, String(inputs)]);
      let errors = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
      let timer: ReturnType<typeof setTimeout> | undefined;
      child.stdout.once('data', () => {
        if (killMs < Infinity) timer = setTimeout(() => child.kill('SIGKILL'), killMs);
      });
      const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
      clearTimeout(timer);
      return { code, errors };
    };

    const exits = [];
    for (let kill = 0; kill < kills; kill++) exits.push(await run(Math.random() * 100));
    expect(exits).toEqual(Array(kills).fill({ code: null, errors: '' }));
    expect(await run(Infinity)).toEqual({ code: 0, errors: '' });

    const store = openStore(file);
    const checkpoints = [...store.all('checkpoints').values()] as Checkpoint[];
    const results = store.all('results');
    store.close();
    const names = Array.from({ length: inputs }, (_, i) => `job-${i}`);
    expect([...results.keys()].sort()).toEqual([...names].sort());
    for (const name of names) expect(results.get(name)).toMatchObject({ input: name });
    expect(checkpoints.filter(({ done }) => done)).toHaveLength(inputs);
    expect([...started.values()].filter((operations) => operations.length !== 1)).toEqual([]);
    expect(started.size).toBe(inputs);
    expect(requested.length).toBeGreaterThan(inputs); // some were killed between the request and its response
  }, 180_000); // on a busy machine
});
