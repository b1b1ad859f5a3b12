import { describe, expect, it } from '@jest/globals';
import type { RawOperation } from '../../src/index.js';
import { createPoller } from '../support/create-poller.js';
import { running, succeeded } from '../support/scripted.js';
import { track, useVirtualTime } from '../support/virtual-time.js';

const advance = useVirtualTime();

describe('A response that is no operation', () => {
  it.each([
    ['of a poll', undefined],
    ['of a server-side wait', [{ afterMs: 1000, then: [] as never }, succeeded]],
  ])('%s fails the waits with what it is, and later waits start afresh', async (_, waits) => {
    const malformed = [] as unknown as RawOperation;
    const { poller, events } = createPoller([running, malformed, succeeded], { ...(waits && { waits }) });
    const seen = [track(poller.promise()), track(poller.pollUntilDone())];
    await advance(1000);
    for (const { error } of seen) expect(error).toMatchObject({ code: 'LRO_MALFORMED_OPERATION' });
    expect(poller.operation?.done).not.toBe(true);
    expect(events.map(({ type }) => type)).not.toContain('done');
    const later = track(poller.promise());
    await advance(2000);
    expect(later.value).toEqual(expect.objectContaining({ ok: true }));
  });
});
