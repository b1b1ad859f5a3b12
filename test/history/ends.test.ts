import { describe, expect, it } from '@jest/globals';
import { durationHistory, type EndSource, type LearnedHistory, type SavedEnd } from 'longrunning/history';

const endsOf = (history: LearnedHistory): readonly SavedEnd[] => history.toJSON().kinds.flatMap(({ ends }) => ends);

/** The last state of an operation that, by its metadata, took so long. */
function operationOf(durationMs: number): EndSource {
  const [createTime, endTime] = [0, durationMs].map((ms) => new Date(1.7e12 + ms).toISOString());
  return { operation: { done: true, metadata: { createTime, endTime }, raw: {} } } as unknown as EndSource;
}

describe('an end', () => {
  // Seen running at 10 s and done at 20 s.
  it.each([
    [12_345, [12_345, 12_345], 'exact'],
    [10_500, [10_500, 10_500], 'exact'],
    [19_500, [19_500, 19_500], 'exact'],
    [9000, [10_000, 10_000], 'exact, and not before the running state'],
    [21_000, [20_000, 20_000], 'exact, and not after the done one'],
    [8999, [10_000, 20_000], 'what was seen, since the metadata say that it was over a second before'],
    [21_001, [10_000, 20_000], 'what was seen, since the metadata say that it ran for a second more'],
  ])('after %i ms, by its metadata, is recorded as %p: %s', (durationMs, expected) => {
    const history = durationHistory();
    history.record('kind', { beganAtMs: 0, runningAtMs: 10_000, doneAtMs: 20_000 }, operationOf(durationMs));
    expect(endsOf(history)).toEqual([[0, ...expected]]);
  });

  it('replaces the aborted wait of its own source, and leaves those of others', () => {
    const history = durationHistory();
    const sources = [{}, {}, {}];
    for (const [index, source] of sources.entries())
      history.record('kind', { beganAtMs: index, runningAtMs: 1000 + index }, source);
    history.record('kind', { beganAtMs: 1, runningAtMs: 3000, doneAtMs: 4000 }, sources[1]);
    expect(endsOf(history)).toEqual([
      [0, 1000, null],
      [1, 3000, 4000],
      [2, 1002, null],
    ]);
  });

  it('replaces no other end of its source, nor an aborted wait that looks like one of it', () => {
    const history = durationHistory();
    const [source, other] = [{}, {}];
    const aborted = { beganAtMs: 0, runningAtMs: 1000 };
    history.record('kind', aborted, source);
    history.record('kind', aborted, other);
    history.record('kind', { beganAtMs: 1, runningAtMs: 2000, doneAtMs: 2500 }, source);
    history.record('kind', { beganAtMs: 2, runningAtMs: 3000, doneAtMs: 3500 }, source);
    expect(endsOf(history)).toEqual([
      [0, 1000, null],
      [1, 2000, 2500],
      [2, 3000, 3500],
    ]);
  });

  it('comes after those of operations that began before, whenever it was recorded', () => {
    const history = durationHistory();
    for (const beganAtMs of [3, 1, 4, 0, 2]) history.record('kind', { beganAtMs, runningAtMs: 5, doneAtMs: 6 });
    expect(endsOf(history).map(([beganAtMs]) => beganAtMs)).toEqual([0, 1, 2, 3, 4]);
  });

  it('is among those of operations that began together at a place that its age decides, in every version alike', () => {
    const history = durationHistory();
    for (let index = 0; index < 12; index++)
      history.record('kind', { beganAtMs: 1.7e12, runningAtMs: 100_000 + 1000 * index, doneAtMs: 200_000 });
    expect(endsOf(history).map(([, runningAtMs]) => runningAtMs / 1000)).toEqual([
      103, 105, 102, 101, 108, 106, 104, 107, 109, 110, 100, 111,
    ]);
  });
});

describe('the ends of a kind', () => {
  it('are kept while one of its operations is among the newest', () => {
    const history = durationHistory();
    const end = { runningAtMs: 1000, doneAtMs: 2000 };
    for (let index = 0; index < 256; index++) history.record(`kind ${index}`, { beganAtMs: index, ...end });
    history.record('kind 0', { beganAtMs: 1000, ...end });
    history.record('new kind', { beganAtMs: 1001, ...end });
    expect(history.estimate('kind 0', 0)).toBeDefined();
    expect(history.estimate('kind 1', 0)).toBeUndefined();
    expect(history.estimate('kind 2', 0)).toBeDefined();
  });

  it('are none if a saved history names the kind without ends', () => {
    const history = durationHistory({ version: 1, kinds: [{ kind: 'kind', ends: [] }] });
    expect(history.toJSON().kinds).toEqual([]);
    expect(history.estimate('kind', 0)).toBeUndefined();
    expect(history.begin('kind')).toBeUndefined();
  });

  it('are as many after merging as the history has that knows more of those that are alike', () => {
    const alike = (count: number): LearnedHistory => {
      const history = durationHistory();
      for (let index = 0; index < count; index++)
        history.record('kind', { beganAtMs: 0, runningAtMs: 1000, doneAtMs: 2000 });
      return history;
    };
    expect(endsOf(alike(2).merge(alike(5)))).toHaveLength(5);
    expect(endsOf(alike(5).merge(alike(2)))).toHaveLength(5);
  });
});
