// Five programs of the commonest shapes, each over HTTP with eight faults.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OperationFailedError, type ResumeToken } from '../../../src/index.js';
import { bundleProgram, type ProgramFile } from '../../support/bundle-program.js';
import { useHttpServers } from '../../support/http-server.js';
import { installedSet } from '../../support/installed.js';
import { rejection } from '../../support/wires.js';
import { programs } from './all.js';
import type { Program, RunOptions, Service } from './program.js';

const serve = useHttpServers();
const root = fileURLToPath(new URL('../../../', import.meta.url));
let childProgram: ProgramFile;
beforeAll(async () => {
  childProgram = await bundleProgram(new URL('child.ts', import.meta.url));
}, 120_000);
afterAll(() => childProgram.remove());

/** How a service responds to a poll. */
type Reply = (response: ServerResponse, service: Service) => unknown;

function send(response: ServerResponse, body: object, status = 200, headers = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}
const running: Reply = (response, service) => send(response, service.running);
const done: Reply = (response, service) => send(response, service.done);
const failed: Reply = (response, service) => send(response, service.failed);
const busy: Reply = (response) => send(response, { error: { code: 503, message: 'busy', status: 'UNAVAILABLE' } }, 503);
// As Google sends it: an error of an SDK has the body, not the header.
const retryInfo = { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '1s' };
const quota = { code: 429, message: 'slower', status: 'RESOURCE_EXHAUSTED', details: [retryInfo] };
const limited: Reply = (response) => send(response, { error: quota }, 429, { 'retry-after': '1' });
const reset: Reply = (response) => response.socket?.resetAndDestroy();
const silent: Reply = () => undefined;
/** Sends another reply in two parts, after a time. */
const slow =
  (field: 'running' | 'done'): Reply =>
  async (response, service) => {
    const text = JSON.stringify(service[field]);
    await sleep(50);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.write(text.slice(0, 5));
    await sleep(50);
    response.end(text.slice(5));
  };

/** A program connected to a service that sends these replies to polls, the last one repeatedly. */
async function connect({ service, connect }: Program, replies: readonly Reply[]) {
  let starts = 0;
  const polls: { readonly line: string; readonly atMs: number }[] = [];
  const waiting: { count: number; resolve: () => void }[] = [];
  const server = await serve((request, response) => {
    if (service.isStart(request)) {
      starts++;
      return send(response, service.started);
    }
    polls.push({ line: `${request.method} ${request.url}`, atMs: performance.now() });
    for (const { count, resolve } of waiting) if (polls.length >= count) resolve();
    request.resume();
    const reply = replies[Math.min(polls.length, replies.length) - 1]!;
    void reply(response, service);
  });
  const store: { token?: ResumeToken | undefined } = {};
  const run = await connect(server.origin);
  return {
    server,
    store,
    polls,
    starts: () => starts,
    /** Resolves when so many polls have been received. */
    received: (count: number) => new Promise<void>((resolve) => void waiting.push({ count, resolve })),
    run: (options: RunOptions = {}) =>
      run({
        backoff: () => 1,
        retry: { initialDelayMs: 1, maxDelayMs: 2 },
        save: (token) => (store.token = token),
        load: () => store.token,
        ...options,
      }),
  };
}

const recovered: [fault: string, replies: readonly Reply[], options: RunOptions][] = [
  ['503', [busy, busy, running, busy, done], {}],
  ['a reset connection', [running, reset, reset, done], {}],
  ['a poll that is never answered', [running, silent, done], { rpcTimeoutMs: 500 }],
];

const google = installedSet('google');
const withPackages = { describe: (name: string, block: () => void) => google.describe(name, block) };

for (const program of programs) {
  const { file, service } = program;
  const { describe: suite } = program.packages ? withPackages : { describe };
  suite(`the program ${file}`, () => {
    it('waits in at most three lines, without a cast', () => {
      const text = readFileSync(join(root, 'test/system/programs', file), 'utf8');
      const [, code = ''] = /\/\/ #region wait\n([^]*?) *\/\/ #endregion wait/.exec(text) ?? [];
      const lines = code.trimEnd().split('\n');
      expect(lines.length).toBeLessThanOrEqual(3);
      expect(lines.filter((line) => line.length > 120)).toEqual([]);
      expect(code).toContain('waitFor(');
      expect(code).not.toMatch(/\bas\b|\bany\b|!\.|<\w+>/);
    });

    it.each(recovered)(
      'survives %s',
      async (_, replies, options) => {
        const world = await connect(program, replies);
        expect(await world.run(options)).toBe(service.result);
        for (const { line } of world.polls) expect(line).toMatch(service.poll);
        expect(world.polls.length).toBeGreaterThanOrEqual(replies.length);
        expect(world.starts()).toBe(1);
        expect(world.store.token).toBeUndefined();
      },
      120_000,
    ); // the first one loads a large package

    it('survives 429, and sends nothing before its Retry-After', async () => {
      const world = await connect(program, [limited, done]);
      expect(await world.run()).toBe(service.result);
      const [first, second] = world.polls;
      expect(world.polls).toHaveLength(2);
      expect(second!.atMs - first!.atMs).toBeGreaterThanOrEqual(990);
    });

    it('survives slow responses, without further requests', async () => {
      const world = await connect(program, [slow('running'), slow('done')]);
      expect(await world.run()).toBe(service.result);
      expect(world.polls).toHaveLength(2);
    });

    it.each([
      ['between polls', [running, running], 1e9],
      ['during a poll', [running, silent], 1],
    ])('ends at once with an abort %s, sends nothing more and keeps the token', async (_, replies, delayMs) => {
      const world = await connect(program, replies);
      const controller = new AbortController();
      // The first poll comes at once.
      const backoff = (): number => (world.polls.length === 0 ? 1 : delayMs);
      const received = world.received(delayMs === 1 ? 2 : 1);
      const error = rejection(world.run({ signal: controller.signal, backoff }));
      await received;
      const reason = new Error('enough');
      controller.abort(reason);
      expect(await error).toBe(reason);
      const sent = world.polls.length;
      await sleep(100);
      expect(world.polls).toHaveLength(sent);
      expect(world.store.token).toMatchObject({ version: 1 });
    });

    it('throws the reason of an operation that failed, and clears the store', async () => {
      const world = await connect(program, [running, failed]);
      const error = await rejection(world.run());
      expect(error).toBeInstanceOf(OperationFailedError);
      expect(error).toMatchObject({ status: service.reason });
      expect(world.store.token).toBeUndefined();
    });

    it('waits for the operation that it started before it was killed, and clears the store', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'longrunning-'));
      const store = join(folder, 'token.json');
      try {
        const world = await connect(program, [done]);
        await runChild([file, world.server.origin, store, 'kill'], 'SIGKILL');
        expect([world.starts(), world.polls.length]).toEqual([1, 0]);
        expect(existsSync(store)).toBe(true);
        const output = await runChild([file, world.server.origin, store]);
        expect(JSON.parse(output)).toEqual({ result: service.result });
        expect([world.starts(), world.polls.length]).toEqual([1, 1]);
        expect(existsSync(store)).toBe(false);
      } finally {
        rmSync(folder, { recursive: true });
      }
    }, 120_000); // each process loads a large package
  });
}

/** Runs a program as a process of its own, which ends by itself or by a signal. Returns what it has written. */
function runChild(parameters: string[], endSignal: NodeJS.Signals | null = null): Promise<string> {
  const child = spawn(process.execPath, [childProgram.path, ...parameters]);
  let output = '';
  let problem = '';
  child.stderr.on('data', (chunk) => (problem += String(chunk)));
  child.stdout.on('data', (chunk) => (output += String(chunk)));
  return new Promise((resolve, reject) => {
    child.on('close', (code, signal) => {
      if (signal === endSignal && (code ?? 0) === 0) resolve(output);
      else reject(new Error(problem));
    });
  });
}
