import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { durationHistory } from 'longrunning/history';
import * as example from '../../docs/examples/history.js';

/** A history of operations that took six minutes, give or take two. */
function someHistory(firstBeganAtMs = 0) {
  const history = durationHistory();
  for (let index = 0; index < 20; index++) {
    const durationMs = 240_000 + 12_000 * ((index * 7) % 20);
    history.record('export', {
      beganAtMs: firstBeganAtMs + index,
      runningAtMs: durationMs - 1000,
      doneAtMs: durationMs + 1000,
    });
  }
  return history;
}

describe('history.ts', () => {
  it('saves a history and loads it again', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'history-'));
    try {
      const file = join(folder, 'history.json');
      expect((await example.load(file)).toJSON().kinds).toEqual([]);
      const history = someHistory();
      await example.save(history, file);
      expect((await example.load(file)).toJSON()).toEqual(history.toJSON());
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('merges the histories of workers', () => {
    const saved = [someHistory(), someHistory(100)].map((history) => history.toJSON());
    expect(example.mergeAll(saved).toJSON().kinds[0]!.ends).toHaveLength(40);
    expect(example.mergeAll(saved.reverse()).toJSON()).toEqual(example.mergeAll(saved).toJSON());
  });

  it('says what is left of an operation', () => {
    const history = someHistory();
    expect(example.line(history, 'import', 0)).toBe('no operation of this kind has ended yet');
    expect(example.line(history, 'export', 180_000)).toMatch(/^5\d %, about 3 min left \(1 to 5 min\)$/);
  });
});
