import { describe, expect, it, jest } from '@jest/globals';
import { Code, type ResumeToken } from 'longrunning';
import { handleTask } from '../../docs/examples/fleet/cloud-tasks.js';
import { tick } from '../../docs/examples/fleet/cron.js';
import { pollTask } from '../../docs/examples/fleet/graphile-worker.js';
import { poll } from '../../docs/examples/fleet/pg-boss.js';
import { waitForOperation } from '../../docs/examples/fleet/temporal.js';
import * as short from '../../docs/examples/resume-short.js';
import { emulate, printed, response, run } from './support.js';

/** An operation of a minute that was started now, and a queue that calls `handle` with its token as long as it is put there. */
function queued(handle: (token: ResumeToken, add: (dueAtMs: number) => Promise<void>) => Promise<unknown>) {
  const pending: { dueAtMs: number }[] = [];
  const add = (dueAtMs: number) => Promise.resolve(void pending.push({ dueAtMs }));
  return async (token: ResumeToken): Promise<number> => {
    for (let count = 1; ; count++) {
      await handle(token, add);
      const next = pending.shift();
      if (!next) return count;
      await new Promise((resolve) => setTimeout(resolve, next.dueAtMs - Date.now()));
    }
  };
}

const minute = { durationMs: 60_000, response };

describe('the examples of other engines', () => {
  it('cloud-tasks.ts creates tasks until the operation is done', async () => {
    const { client, name } = emulate(minute);
    const work = queued((token, add) =>
      handleTask(client, ({ scheduleTime }) => add(1000 * scheduleTime.seconds), JSON.stringify(token)),
    );
    await expect(run(work(client.poller(name).toJSON()), 90_000)).resolves.toBeLessThan(20);
    expect(printed.at(-1)).toEqual([name, 'response']);
  });

  it('graphile-worker.ts and pg-boss.ts add jobs until the operation is done', async () => {
    const { client, name } = emulate(minute);
    const ended: unknown[] = [];
    const task = pollTask(client, (operation) => Promise.resolve(void ended.push(operation)));
    const graphile = queued((token, add) => task(token, { addJob: (_, __, { runAt }) => add(Number(runAt)) }));
    await expect(run(graphile(client.poller(name).toJSON()), 90_000)).resolves.toBeLessThan(20);
    expect(ended).toMatchObject([{ name, result: 'response' }]);

    const states: boolean[] = [];
    const boss = queued(async (token, add) => {
      const send = (_: string, __: object, { startAfter }: { startAfter: number }) =>
        add(Date.now() + 1000 * startAfter);
      states.push((await poll({ send }, client, token)).done);
    });
    await run(boss(client.poller(name).toJSON()));
    expect(states).toEqual([true]);
  });

  it('temporal.ts sleeps between the polls of its activity', async () => {
    const { client, name } = emulate(minute);
    const slept: number[] = [];
    const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, slept.push(ms) && ms));
    const token = client.poller(name).toJSON();
    await run(
      waitForOperation(token, (saved) => client.resume(saved).poll(), sleep),
      90_000,
    );
    expect(slept.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThanOrEqual(60_000);
  });

  it('cron.ts polls the rows that are due, also after one that has expired', async () => {
    jest.spyOn(console, 'error').mockImplementation(() => undefined);
    const { client, emulator, name } = emulate({ durationMs: 0, response });
    emulator.injectFault({ method: 'getOperation', name: 'operations/expired', status: { code: Code.NOT_FOUND } });
    const row = (of: string, dueAtMs = 0) => ({ token: client.poller(of).toJSON(), dueAtMs, isDone: false });
    const rows = [row('operations/expired'), row(name), row(name, Date.now() + 1000)];
    const saved: unknown[] = [];
    await run(tick(client, rows, (one) => Promise.resolve(void saved.push(one))));
    expect(rows.map(({ isDone }) => isDone)).toEqual([false, true, false]);
    expect(saved).toEqual([rows[0], rows[1]]);
    expect(rows[0]!.dueAtMs).toBeGreaterThan(0);
  });

  it('resume-short.ts saves and resumes a wait', async () => {
    const { client, name } = emulate({ durationMs: 5000, response });
    const saved = short.save(client.poller(name));
    await expect(run(short.resume(client, saved))).resolves.toMatchObject({ typeUrl: response.typeUrl });
  });
});
