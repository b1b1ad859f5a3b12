import { readFile, writeFile } from 'node:fs/promises';
// #region imports
import { durationHistory, type LearnedHistory, type SavedHistory } from 'longrunning/history';
// #endregion imports

// #region load
/** The history of an earlier run, or an empty one. */
export async function load(file: string): Promise<LearnedHistory> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  return durationHistory(text === undefined ? undefined : (JSON.parse(text) as SavedHistory));
}
// #endregion load

// #region save
export async function save(history: LearnedHistory, file: string): Promise<void> {
  await writeFile(file, JSON.stringify(history));
}
// #endregion save

// #region merge
/** One history of several workers, in whatever order they report. */
export function mergeAll(saved: readonly SavedHistory[]): LearnedHistory {
  const history = durationHistory();
  for (const one of saved) history.merge(one);
  return history;
}
// #endregion merge

// #region bar
/** A line for a service without progress, such as `61 %, about 1 min left (1 to 2 min)`. */
export function line(history: LearnedHistory, kind: string, ageMs: number): string {
  const left = history.estimate(kind, ageMs);
  if (!left) return 'no operation of this kind has ended yet';
  const percent = (100 * ageMs) / (ageMs + left.remainingMs);
  const [minutes, low, high] = [left.remainingMs, left.lowMs, left.highMs].map((ms) => Math.round(ms / 60_000));
  return `${percent.toFixed(0)} %, about ${minutes} min left (${low} to ${high} min)`;
}
// #endregion bar
