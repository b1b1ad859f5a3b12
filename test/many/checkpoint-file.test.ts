import { appendFile, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { OperationsClient } from '../../src/index.js';
import { checkpointFile, startAll, type StartAllOptions } from '../../src/many/index.js';
import { OperationsEmulator } from '../../src/testing/index.js';

let directory: string;
let path: string;
let emulator: OperationsEmulator;
let client: OperationsClient;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'checkpoints-'));
  path = join(directory, 'batch.jsonl');
  emulator = new OperationsEmulator();
  client = new OperationsClient({ transport: emulator.transport() });
});
afterEach(async () => {
  await client.close();
  await emulator.close();
  await rm(directory, { recursive: true });
});

/** Runs a batch over the file. */
async function run(inputs: string[], options: StartAllOptions<string, unknown, unknown> = {}): Promise<string[]> {
  const start = (input: string) => client.poller(emulator.start({ name: `operations/${input}`, durationMs: 0 }));
  const resume: StartAllOptions<string, unknown, unknown>['resume'] = (token) => client.resume(token);
  const yielded: string[] = [];
  for await (const { input } of startAll<string, unknown, unknown>(inputs, start, {
    ...checkpointFile(path),
    resume,
    ...options,
  })) {
    yielded.push(input);
  }
  return yielded;
}

describe('checkpointFile()', () => {
  it('lets a second run skip what is done, and count it', async () => {
    expect((await run(['a', 'b'])).sort()).toEqual(['a', 'b']);
    const skipped: string[] = [];
    expect(await run(['a', 'b', 'c'], { onSkipped: (input) => skipped.push(input) })).toEqual(['c']);
    expect(skipped).toEqual(['a', 'b']);
  });

  it('ignores a line that was cut off, and lines that are not checkpoints', async () => {
    await run(['a']);
    await appendFile(path, '[]\nnull\n{"key":""}\n{"key":"b","reque');
    expect(await run(['a', 'b'])).toEqual(['b']);
    expect(await run(['a', 'b'])).toEqual([]);
  });

  it('keeps the last checkpoint of a key', async () => {
    const file = checkpointFile(path);
    expect(await file.load('a')).toBeUndefined();
    await Promise.all(['1', '2', '3'].map((requestId) => file.checkpoint({ key: 'a', requestId })));
    const last = { key: 'a', requestId: '3' };
    expect(await file.load('a')).toEqual(last);
    expect(await checkpointFile(path).load('a')).toEqual(last);
    expect((await readFile(path, 'utf8')).split('\n').filter(Boolean)).toHaveLength(3);
  });

  it('creates the file for its owner only', async () => {
    await run(['a']);
    expect((await stat(path)).mode & 0o077).toBe(0);
  });

  it('ends the batch if the file cannot be written or read', async () => {
    path = join(directory, 'missing', 'batch.jsonl');
    await expect(run(['a'])).rejects.toMatchObject({ code: 'ENOENT' });
    path = directory;
    await expect(run(['a'])).rejects.toMatchObject({ code: 'EISDIR' });
    await expect(checkpointFile(directory).checkpoint({ key: 'a', requestId: 'b' })).rejects.toThrow();
  });

  it('goes on after a write that failed', async () => {
    path = join(directory, 'batch');
    const file = checkpointFile(path);
    const circular = { key: 'a', requestId: 'b', token: undefined as never };
    (circular as { token: unknown }).token = circular;
    await expect(file.checkpoint(circular)).rejects.toThrow(/circular/);
    await file.checkpoint({ key: 'a', requestId: 'b' });
    expect(await file.load('a')).toEqual({ key: 'a', requestId: 'b' });
  });

  it('refuses a path that is not one', () => {
    expect(() => checkpointFile('')).toThrow(/'path' must be a non-empty string/);
    expect(() => checkpointFile(undefined as never)).toThrow(TypeError);
  });
});

describe('startAll({ onSkipped })', () => {
  it('yields the input as unstarted if it throws', async () => {
    await run(['a']);
    const onSkipped = (): void => {
      throw new Error('mine');
    };
    expect(await run(['a'], { onSkipped })).toEqual(['a']);
  });

  it('must be a function', async () => {
    await expect(run(['a'], { onSkipped: 1 as never })).rejects.toThrow(/'onSkipped' must be a function/);
  });
});
