// Runs on each page of the site: fills the form of the page "Try a schedule". Bundled by esbuild.
import { scheduleRows, type Choice, type ScheduleRow } from './schedules.js';

/** The parts of the DOM that are used. The project's types are those of Node. */
interface PageElement {
  value: string;
  textContent: string | null;
  innerHTML: string;
  addEventListener(type: string, listener: () => void): void;
}
declare const document: {
  getElementById(id: string): PageElement | null;
  addEventListener(type: string, listener: () => void): void;
};

const fields = ['duration', 'unit', 'spread', 'price', 'interval', 'multiplier'] as const;
type Field = (typeof fields)[number];

/** A number of the form, within its limits; else the default. */
function numberOf(text: string, from: number, to: number, fallback: number): number {
  const value = text.trim() === '' ? NaN : Number(text);
  return Number.isFinite(value) ? Math.min(Math.max(value, from), to) : fallback;
}

function choiceOf(values: Readonly<Record<Field, string>>): Choice {
  const unitMs = numberOf(values.unit, 1, 3_600_000, 1000);
  return {
    durationMs: Math.min(numberOf(values.duration, 0.1, 1e6, 90) * unitMs, 24 * 3_600_000),
    spread: numberOf(values.spread, 1, 10, 2),
    requestPriceMs: numberOf(values.price, 1, 600_000, 500),
    intervalMs: numberOf(values.interval, 0.5, 3600, 5) * 1000,
    multiplier: numberOf(values.multiplier, 1.01, 10, 1.25),
  };
}

function timeText(ms: number): string {
  const [value, unit] = ms < 60_000 ? [ms / 1000, 's'] : ms < 3_600_000 ? [ms / 60_000, 'min'] : [ms / 3_600_000, 'h'];
  return `${value >= 100 ? Math.round(value) : Number(value.toPrecision(2))} ${unit}`;
}

function rowHtml({ label, polls, lateMs }: ScheduleRow): string {
  const cells = [`<th scope="row" data-label="schedule">${label}</th>`];
  cells.push(`<td data-label="requests">${polls < 10 ? polls.toFixed(1) : Math.round(polls)}</td>`);
  return `<tr>${cells.join('')}<td data-label="mean delay">${timeText(lateMs)}</td></tr>`;
}

/** The polls of each schedule on a line of time, as a drawing of 340 units that a phone can show. */
function drawing(rows: readonly ScheduleRow[], durationMs: number): string {
  const endMs = Math.max(durationMs * 1.1, ...rows.map(({ agesMs }) => agesMs.at(-1) ?? 0));
  const x = (ms: number): string => (8 + (324 * ms) / endMs).toFixed(1);
  const lines = rows.map(({ label, agesMs }, index) => {
    const y = 26 + 40 * index;
    const ticks = agesMs.map((ms) => `M${x(ms)} ${y + 6}v14`).join('');
    return `<text x="8" y="${y}" font-size="12">${label}</text><path class="polls" d="${ticks}"/>`;
  });
  const height = 40 * rows.length + 12;
  const end = `<path class="end" d="M${x(durationMs)} 4V${height}"/>`;
  const title = `Polls of one operation that takes ${timeText(durationMs)}; the vertical line is its end`;
  return `<svg viewBox="0 0 340 ${height}" role="img" aria-label="${title}">${end}${lines.join('')}</svg><p>${title}.</p>`;
}

function start(): void {
  const output = document.getElementById('schedule-output');
  const inputs = fields.map((field) => document.getElementById(`schedule-${field}`));
  if (!output) return;
  const update = (): void => {
    const values = Object.fromEntries(fields.map((field, index) => [field, inputs[index]?.value ?? '']));
    const choice = choiceOf(values as Record<Field, string>);
    const rows = scheduleRows(choice);
    const head = '<tr><th scope="col">schedule</th><th scope="col">requests</th><th scope="col">mean delay</th></tr>';
    const table = `<table><thead>${head}</thead><tbody>${rows.map(rowHtml).join('')}</tbody></table>`;
    output.innerHTML = table + drawing(rows, choice.durationMs);
  };
  for (const input of inputs) input?.addEventListener('input', update);
  update();
}

document.addEventListener('DOMContentLoaded', start);
