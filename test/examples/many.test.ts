import { describe, expect, it, jest } from '@jest/globals';
import { Code, jsonType, operationInfo, OperationsClient } from 'longrunning';
import { restTransport } from 'longrunning/rest';
import { OperationsEmulator } from 'longrunning/testing';
import * as bars from '../../docs/examples/bars.js';
import * as batch from '../../docs/examples/batch.js';
import * as coalesce from '../../docs/examples/coalesce.js';
import * as many from '../../docs/examples/many.js';
import * as together from '../../docs/examples/together.js';
import * as typedWait from '../../docs/examples/typed-wait.js';
import { agentUri, response, run, emulate, printed } from './support.js';

describe('many.ts', () => {
  it('waits for many operations with few requests a second', async () => {
    const { emulator, transport } = emulate({ durationMs: 0 });
    const names = Array.from({ length: 20 }, () => emulator.start({ durationMs: 30_000, response }).name);
    await run(many.main(transport, names));
    expect(printed).toEqual([[Array(20).fill(agentUri)]]);
    const times = emulator.calls.map(({ atMs }) => atMs);
    times.forEach((atMs, i) => expect(atMs - (times[i - 6] ?? -Infinity)).toBeGreaterThanOrEqual(1000));
  });
});

describe('coalesce.ts', () => {
  it('waits for many operations by lists', async () => {
    const { emulator, transport } = emulate({ durationMs: 0 });
    await import('../../src/coalescing/coalescer.js');
    const names = Array.from({ length: 100 }, (_, i) => `projects/p/operations/${i}`);
    for (const name of names) emulator.start({ name, durationMs: 30_000, response });
    await run(coalesce.main(transport, names));
    expect(printed).toEqual([[Array(100).fill(agentUri)]]);
    expect(emulator.calls.some(({ method }) => method === 'listOperations')).toBe(true);
    expect(emulator.calls.length).toBeLessThan(200);
  });

  it('lists by the configured parent', async () => {
    const { emulator, transport } = emulate({ durationMs: 0 });
    const names = Array.from({ length: 100 }, (_, i) => `operations/ingest.${i}`);
    for (const name of names) emulator.start({ name, durationMs: 5000, response });
    const client = coalesce.collection(transport);
    await run(Promise.all(names.map((name) => client.poller(name).promise())));
    expect(emulator.calls.find(({ method }) => method === 'listOperations')).toMatchObject({
      name: 'operations/ingest',
    });
  });
});

describe('together.ts', () => {
  const info = operationInfo({ response: jsonType<{ agentUri: string; intents?: string[] }>() });
  const failed = { response: undefined, error: { code: Code.ABORTED, message: 'lost' } };

  function several(scripts: Partial<Parameters<OperationsEmulator['start']>[0]>[]) {
    const { emulator, client } = emulate({ name: 'operations/other', durationMs: 0 });
    const pollers = scripts.map((script, i) =>
      client.poller(
        emulator.start({ name: `operations/${i}`, durationMs: 1000 * (i + 1), response, ...script }).name,
        info,
      ),
    );
    return { emulator, pollers };
  }

  it('waits for two of different types', async () => {
    const { pollers } = several([{}, {}]);
    await run(together.tuple(pollers[0]!, pollers[1]!));
    expect(printed).toEqual([[agentUri, undefined]]);
  });

  it('settles all', async () => {
    const { pollers } = several([{}, failed, { durationMs: Infinity }]);
    await run(together.settle(pollers), 3_600_000);
    expect(printed).toEqual([
      ['operations/0', agentUri],
      ['operations/1', 'failed:', 'lost'],
      ['operations/2', 'may still run:', expect.objectContaining({ code: 'LRO_POLLING_TIMEOUT' })],
    ]);
  });

  it('returns the first response and cancels the other operation', async () => {
    const { emulator, pollers } = several([{ durationMs: 50_000 }, {}]);
    await run(together.any(pollers[0]!, pollers[1]!));
    expect(printed).toEqual([[agentUri]]);
    expect(emulator.calls.filter(({ method }) => method === 'cancelOperation')).toMatchObject([
      { name: 'operations/0' },
    ]);
  });

  it('yields each as it completes, until one has failed', async () => {
    const { pollers } = several([{ durationMs: 5000 }, {}, failed, { durationMs: Infinity }]);
    await run(together.completed(pollers, new AbortController().signal));
    expect(printed).toEqual([
      [1, 'operations/1', 'response'],
      [2, 'operations/2', 'error'],
    ]);
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe('batch.ts', () => {
  const service = async () => {
    const emulator = new OperationsEmulator();
    const requests: string[] = [];
    emulator.handle('POST /v1/agents:export', ({ json }) => {
      const { agent, requestId } = json as Record<'agent' | 'requestId', string>;
      requests.push(agent);
      if (agent === 'bad') throw Object.assign(new Error('bad'), { code: Code.INVALID_ARGUMENT });
      const json_ = { '@type': response.typeUrl, agentUri: `gs://${agent}` };
      return emulator.start({ requestId, durationMs: 20, response: { ...response, json: json_ } });
    });
    const apiEndpoint = `http://127.0.0.1:${await emulator.listenHttp()}`;
    const client = new OperationsClient({ transport: restTransport({ apiEndpoint, apiVersion: 'v1' }) });
    return { emulator, client, requests, url: `${apiEndpoint}/v1/agents` };
  };

  it('starts an operation for each input', async () => {
    const { emulator, client, url } = await service();
    const agents = (async function* () {
      yield* await Promise.resolve(['a', 'b', 'bad']);
    })();
    await batch.main(client, agents, url);
    expect(printed).toHaveLength(3);
    expect(printed).toEqual(expect.arrayContaining([['a', 'gs://a'], ['b', 'gs://b'], ['bad', 'unstarted']])); // prettier-ignore
    await client.close();
    await emulator.close();
  });

  it('can be run again', async () => {
    const { emulator, name, client } = emulate({ durationMs: 1000, response });
    const maps = { checkpoints: new Map<string, string>(), results: new Map<string, string>() };
    const table = (map: Map<string, string>): batch.Table => ({
      put: (key, text) => Promise.resolve(void map.set(key, text)),
      get: (key) => Promise.resolve(map.get(key)),
    });
    const db = { checkpoints: table(maps.checkpoints), results: table(maps.results) };
    const start = jest.fn(() => client.poller(name, typedWait.exportAgent));
    for (let time = 0; time < 2; time++) await run(batch.restartable(client, ['a'], start, db));
    expect([...maps.results]).toEqual([['a', agentUri]]);
    expect(start).toHaveBeenCalledTimes(1);
    expect(emulator.operation('operations/2')).toBeUndefined();
  });
});

describe('bars.ts', () => {
  const show = async (output: Omit<bars.Output, 'write'>): Promise<string> => {
    jest.useFakeTimers();
    let text = '';
    await run(bars.main({ ...output, write: (part) => (text += part) }), 30_000);
    expect(jest.getTimerCount()).toBe(0);
    return text;
  };

  it('prints the outcomes of two hundred operations in lines without a terminal', async () => {
    const lines = (await show({})).split('\n');
    expect(lines).toHaveLength(201);
    expect(lines[199]).toMatch(/^job-\d+: (response|error) \(200 of 200\)$/);
    expect(new Set(lines.slice(0, 200).map((line) => line.split(':')[0])).size).toBe(200);
    expect(lines.filter((line) => line.includes('error'))).toHaveLength(4);
  });

  it('draws a bar for each running operation, at most as many as the terminal has rows', async () => {
    for (const [rows, bars] of [
      [24, 20],
      [10, 8],
    ] as const) {
      const frames = (await show({ isTTY: true, rows })).split('\x1b[J');
      const heights = frames.map((frame) => frame.split('\n').length - 1);
      expect(Math.max(...heights)).toBe(bars + 1);
      expect(frames.at(-2)).toMatch(/all {6}█{30} 200 of 200, 4 failed\n$/);
    }
  });
});
