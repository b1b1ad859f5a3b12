import { stripVTControlCharacters, styleText } from 'node:util';
import { formatDuration } from './duration.js';
import { percentText } from './output.js';
import { printable } from './printable.js';
import type { Row, RowState } from './row.js';

/** The terminal that a frame is for. */
export interface Screen {
  readonly columns: number;
  readonly rows: number;
  readonly hasColor: boolean;
}

const spinner = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏';
/** The maximum number of operations in a frame. */
const maxLines = 10;
const minNameWidth = 12;

/** Whether a wait goes on. */
export function isOpen({ state }: Row): boolean {
  return state === 'waiting' || state === 'running';
}

/** One line about a change, for a log: without symbols, colors and escape sequences. */
export function logLine(row: Row): string {
  return `${printable(row.name)}: ${changeText(row)}`;
}

/** The part of a log line that makes it another line than the previous one: all but the time. Empty: there is no line yet. */
export function changeKey({ state, progress, problem }: Row): string {
  if (state === 'waiting' && problem === '') return '';
  const percent = state === 'running' && !Number.isNaN(progress) ? percentText(progress) : '';
  return [state, percent, problem].join('\n');
}

function changeText(row: Row): string {
  const { state, isSeen, progress, problem, startedAtMs, endedAtMs } = row;
  const age = endedAtMs === undefined ? '' : formatDuration(endedAtMs - startedAtMs);
  switch (state) {
    case 'waiting':
    case 'running':
      return [Number.isNaN(progress) ? state : percentText(progress), problem].filter(Boolean).join(', ');
    case 'response':
      return `succeeded after ${age}`;
    case 'failed':
      return `failed after ${age}: ${problem}`;
    case 'cancelled':
      return [`cancelled after ${age}`, problem].filter(Boolean).join(': ');
    case 'timeout':
      return [`${isSeen ? 'still running' : 'no response'} after ${age}: stopped waiting`, problem]
        .filter(Boolean)
        .join('; the last request failed: ');
    case 'request-failed':
      return `request failed: ${problem}`;
  }
}

type Color = 'green' | 'red' | 'yellow' | 'cyan';

const endSymbols: Readonly<Partial<Record<RowState, readonly [symbol: string, color: Color]>>> = {
  response: ['✔', 'green'],
  cancelled: ['⊘', 'yellow'],
  timeout: ['…', 'yellow'],
};

/** The lasting line about an operation whose wait has ended, for a terminal. */
export function endLine(row: Row, { hasColor }: Screen): string {
  const [symbol, color] = endSymbols[row.state] ?? (['✖', 'red'] as const);
  return `${paint(symbol, color, hasColor)} ${printable(row.name)} ${changeText(row)}`;
}

/**
 * What a terminal shows of the waits that go on: a line for each, at most ten, and a summary if there are more waits than
 * one. Each line fits into the columns.
 *
 * @param tick - the number of the frame.
 */
export function frame(rows: readonly Row[], nowMs: number, tick: number, screen: Screen): string {
  const open = rows.filter(isOpen);
  const shown = open.slice(0, Math.max(0, Math.min(maxLines, screen.rows - 2)));
  const width = Math.max(1, screen.columns - 1);
  const texts = shown.map((row) => openText(row, nowMs, width < 70 ? 10 : 20));
  const names = shown.map(({ name }) => printable(name));
  // The spinner and the spaces take four columns. The end of a name is more important than a long text.
  const nameWidth = Math.max(minNameWidth, width - 4 - longest(texts));
  const paddedWidth = Math.min(nameWidth, longest(names));
  const symbol = paint(spinner.charAt(tick % spinner.length), 'cyan', screen.hasColor);
  const lines = shown.map((_, index) => {
    const name = shorten(names[index] as string, paddedWidth).padEnd(paddedWidth);
    return `${symbol} ${`${name}  ${texts[index] as string}`.slice(0, Math.max(0, width - 2))}`.trimEnd();
  });
  if (rows.length > 1) lines.push(summary(rows, open.length - shown.length).slice(0, width));
  return lines.join('\n');
}

function longest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map(({ length }) => length));
}

/** How many rows of a terminal a text takes, once the terminal has wrapped its lines at these columns. */
export function wrappedRows(text: string, columns: number): number {
  const lines = stripVTControlCharacters(text).split('\n');
  return lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / columns)), 0);
}

function openText(row: Row, nowMs: number, barWidth: number): string {
  const { state, progress, startedAtMs, predictedEndMs, problem } = row;
  const age = formatDuration(nowMs - startedAtMs);
  const parts = Number.isNaN(progress) ? [state, age] : [bar(progress, barWidth), age];
  if (predictedEndMs > nowMs && predictedEndMs < Infinity) {
    parts.push(`about ${formatDuration(predictedEndMs - nowMs)} left`);
  }
  return [...parts, problem].filter(Boolean).join('  ');
}

function bar(progress: number, width: number): string {
  const full = Math.floor(progress * width + 1e-9);
  return `${'█'.repeat(full)}${'░'.repeat(width - full)} ${percentText(progress).padStart(5)}`;
}

/** How many waits are in which state. */
function summary(rows: readonly Row[], hidden: number): string {
  const count = (...states: RowState[]): number => rows.filter(({ state }) => states.includes(state)).length;
  const running = rows.filter(isOpen).length;
  const counts: [number, string][] = [
    [count('failed'), 'failed'],
    [count('cancelled'), 'cancelled'],
    [count('request-failed', 'timeout'), 'unknown'],
  ];
  const others = counts.filter(([number]) => number > 0).map(([number, text]) => `${number} ${text}`);
  const more = hidden > 0 ? ` (${hidden} not shown)` : '';
  return [`${rows.length - running} of ${rows.length} done`, ...others, `${running} running${more}`].join(', ');
}

/** The end of a name distinguishes operations: the beginning is cut. */
function shorten(name: string, width: number): string {
  return name.length <= width ? name : `…${name.slice(name.length - width + 1)}`;
}

function paint(text: string, color: Color, hasColor: boolean): string {
  // Decided by the caller, so that a frame depends on its arguments only.
  return hasColor ? styleText(color, text, { validateStream: false }) : text;
}
