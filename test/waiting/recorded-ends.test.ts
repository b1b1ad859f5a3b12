import { describe, expect, it } from '@jest/globals';
import type { ObservedEnd } from '../../src/history/index.js';
import type { RawOperation } from '../../src/index.js';
import { createPoller, type ClientSetup } from '../support/create-poller.js';
import { name, running, succeeded, type ScriptedWait } from '../support/scripted.js';
import { track, useVirtualTime } from '../support/virtual-time.js';

const advance = useVirtualTime();

/** A poller whose history keeps what is recorded: the ages, in milliseconds. */
function pollerWith(setup: Omit<ClientSetup, 'polling'> & { from?: string | RawOperation }) {
  const ends: (readonly [runningAtMs: number, doneAtMs: number | undefined])[] = [];
  const record = (_: unknown, { runningAtMs, doneAtMs }: ObservedEnd): unknown => ends.push([runningAtMs, doneAtMs]);
  const history = { begin: () => undefined, estimate: () => undefined, record: record as () => void };
  const { poller } = createPoller([running, succeeded], { from: running, ...setup, polling: { history } });
  return { poller, ends };
}

/** What is recorded of a server-side wait that returns the completed operation. */
async function endsAfter(waits: ScriptedWait[], from?: string) {
  await advance(10_000);
  const { poller, ends } = pollerWith({ waits, ...(from !== undefined && { from }) });
  const seen = track(poller.promise());
  await advance(100_000);
  expect(seen.value).toBeDefined();
  return ends;
}

describe('The end of an operation is recorded', () => {
  it('as exact if a server-side wait was held for more than a second', async () => {
    expect(await endsAfter([{ afterMs: 1001, then: succeeded }])).toEqual([[1001, 1001]]);
  });

  it('as exact for the second wait, too', async () => {
    const waits = [
      { afterMs: 60_000, then: running },
      { afterMs: 5000, then: succeeded },
    ] as const;
    expect(await endsAfter([...waits])).toEqual([[65_000, 65_000]]);
  });

  it('as somewhere since the last state if a server-side wait returned within a second', async () => {
    const waits = [
      { afterMs: 30_000, then: running },
      { afterMs: 1000, then: succeeded },
    ] as const;
    expect(await endsAfter([...waits])).toEqual([[20_000, 30_000]]);
  });

  it('not if a server-side wait returned its first state', async () => {
    expect(await endsAfter([{ afterMs: 5000, then: succeeded }], name)).toEqual([]);
  });

  it('as somewhere between two polls, however long the response took', async () => {
    const { poller, ends } = pollerWith({ latencyMs: 3000 });
    const seen = track(poller.promise());
    await advance(20_000);
    expect(seen.value).toBeDefined();
    expect(ends).toEqual([[1000, 4500]]);
  });

  it('as unknown when the last wait is aborted, also of an operation that was seen in the first millisecond of the clock', async () => {
    const { poller, ends } = pollerWith({ waits: ['hang'] });
    expect(performance.now()).toBe(0);
    const seen = track(poller.promise({ totalTimeoutMs: 500 }));
    await advance(500);
    expect(seen.error).toMatchObject({ code: 'LRO_POLLING_TIMEOUT' });
    expect(ends).toEqual([[0, undefined]]);
  });
});
