import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { OperationsClient } from '../../src/index.js';
import { checkpointFile, startAll, type Checkpoint, type StartAllOptions } from '../../src/many/index.js';
import { ScriptedTransport, succeeded } from '../support/scripted.js';
import { track, useVirtualTime } from '../support/virtual-time.js';

const never = () => new Promise<never>(() => undefined);
const makePoller = () => new OperationsClient({ transport: new ScriptedTransport([succeeded]) }).poller('operations/1');
type Options = StartAllOptions<string, unknown, unknown>;

describe('startAll() with a store that hangs', () => {
  const advance = useVirtualTime();

  function run(options: Options, abort = new AbortController()) {
    const results: string[] = [];
    const all = (async () => {
      const batch = startAll(['a'], makePoller, { resume: makePoller, signal: abort.signal, ...options } as never);
      for await (const { operation } of batch) results.push(operation.result);
    })();
    return { results, all: track(all), abort };
  }

  const stores: [string, Options, string][] = [
    ['load', { load: never, checkpoint: () => undefined }, 'unstarted'],
    ['the checkpoint before the start', { checkpoint: never }, 'unstarted'],
    [
      'the checkpoint with the token',
      { checkpoint: ({ token, done }) => (token && !done ? never() : undefined) },
      'response',
    ],
  ];

  it.each(stores)('ends at its limit: in %s', async (_, options, result) => {
    const { all, results } = run({ ...options, totalTimeoutMs: 5000 });
    await advance(5000);
    expect(results).toEqual([result]);
    expect(all).toMatchObject({ error: { name: 'TimeoutError' }, settledAtMs: 5000 });
  });

  it.each<[string, Options, number]>([
    ['the last result', { totalTimeoutMs: 5000 }, 5000],
    ['the last result, with less than a second left', { totalTimeoutMs: 400 }, 1000],
  ])('ends at its limit: in the checkpoint of %s', async (_, options, endMs) => {
    const { all, results } = run({ checkpoint: ({ done }) => (done ? never() : undefined), ...options });
    await advance(endMs - 1);
    expect(all).toEqual({});
    await advance(1);
    expect(results).toEqual(['response']);
    const message = `The checkpoint of 'a' was not saved within ${endMs} ms`;
    expect(all).toMatchObject({ error: { name: 'TimeoutError', message }, settledAtMs: endMs });
  });

  it('yields the results in flight before it ends at its limit', async () => {
    const inputs: string[] = [];
    const checkpoint = ({ key, done }: Checkpoint) => (done && key === 'a' ? never() : undefined);
    const start = (input: string) => {
      const script = input === 'a' ? [succeeded] : [];
      return new OperationsClient({ transport: new ScriptedTransport(script) }).poller('operations/1');
    };
    const batch = startAll(['a', 'b', 'c'], start, { checkpoint, concurrency: 2, totalTimeoutMs: 5000 });
    const all = track(
      (async () => {
        for await (const { input, operation } of batch) inputs.push(`${input}: ${operation.result}`);
      })(),
    );
    await advance(5000);
    expect(inputs).toEqual(['a: response', 'b: unknown', 'c: unknown']);
    expect(all).toMatchObject({ error: { name: 'TimeoutError' }, settledAtMs: 5000 });
  });

  const end: Options = { checkpoint: ({ done }) => (done ? never() : undefined) };

  it.each([...stores.map(([step, options]) => [step, options] as const), ['the checkpoint of the end', end] as const])(
    'ends when it is aborted: in %s',
    async (_, options) => {
      const { all, abort } = run(options);
      await advance(4000);
      expect(all).toEqual({});
      abort.abort('enough');
      await advance(0);
      expect(all).toEqual({ error: 'enough', settledAtMs: 4000 });
    },
  );

  it('saves the end of a result that was consumed before the abort', async () => {
    const saved: Checkpoint[] = [];
    const abort = new AbortController();
    const checkpoint = (one: Checkpoint) => saved.push(one);
    const batch = startAll(['a', 'b'], makePoller, { checkpoint, signal: abort.signal, concurrency: 1 });
    const all = track(
      (async () => {
        for await (const { input } of batch) if (input === 'a') abort.abort('enough');
      })(),
    );
    await advance(1000);
    expect(all.error).toBe('enough');
    expect(saved.filter(({ done }) => done).map(({ key }) => key)).toEqual(['a']);
  });

  it('yields an input whose async onSkipped rejects as unstarted', async () => {
    const reason = new Error('no counter');
    const load = (key: string) => ({ key, requestId: '1', done: true as const });
    const results: unknown[] = [];
    for await (const { operation } of startAll(['a'], makePoller, {
      load,
      resume: makePoller,
      onSkipped: () => Promise.reject(reason),
    })) {
      results.push(operation);
    }
    expect(results).toEqual([{ result: 'unstarted', reason }]);
  });
});

describe('checkpointFile()', () => {
  const saved = { key: 'a', requestId: '7' };

  async function inFolder(test: (path: string) => Promise<void>): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), 'checkpoints-'));
    try {
      await test(join(folder, 'checkpoints.jsonl'));
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  it.each(['\ufeff', ' \t', ''])('reads a file whose lines an editor has changed: %j', (prefix) =>
    inFolder(async (path) => {
      await writeFile(path, `${prefix}${JSON.stringify(saved)}\r\n\r\n`);
      expect(await checkpointFile(path).load('a')).toEqual(saved);
    }),
  );

  it('reads the file again after it could not', () =>
    inFolder(async (path) => {
      // A folder in its place cannot be read.
      await mkdir(path);
      const file = checkpointFile(path);
      await expect(file.load('a')).rejects.toThrow();
      await rm(path, { recursive: true });
      await writeFile(path, JSON.stringify(saved));
      expect(await file.load('a')).toEqual(saved);
      await file.save({ ...saved, done: true });
      expect(await readFile(path, 'utf8')).toMatch(/"done":true/);
    }));
});
