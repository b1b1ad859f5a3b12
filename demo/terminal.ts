const { stdout } = process;

/** Whether the output can be written over: a terminal that knows how to go back to the start of a line. */
const moving = stdout.isTTY && process.env.TERM !== 'dumb';
// hasColors() looks at NO_COLOR, FORCE_COLOR and TERM.
const coloured = stdout.isTTY && stdout.hasColors();

const styles = { bold: 1, dim: 2, green: 32, cyan: 36 } as const;

function paint(style: keyof typeof styles, text: string): string {
  return coloured ? `\x1b[${styles[style]}m${text}\x1b[0m` : text;
}

const margin = '   ';
let underBar = false;

/** Ends the line of a bar, if there is one. */
export function endLine(): void {
  if (underBar) stdout.write('\n');
  underBar = false;
}

function write(line: string): void {
  endLine();
  stdout.write(`${line}\n`);
}

/** The heading of a scene. */
export function heading(text: string): void {
  write('');
  write(paint('bold', text));
}

/** What is done: the line of code that matters. */
export function code(text: string): void {
  write(`${margin}${paint('cyan', text)}`);
}

/** What came of it. */
export function result(text: string): void {
  write(`${margin}${paint('green', '→')} ${text}`);
}

/** Something to know. */
export function note(text: string): void {
  write(`${margin}${paint('dim', text)}`);
}

/** Lines in columns, the first of them a heading. */
export function table(rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  for (const [i, row] of rows.entries()) {
    const text = row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('   ');
    write(`${margin}${i === 0 ? paint('dim', text.trimEnd()) : text.trimEnd()}`);
  }
}

/** A number of milliseconds, for reading. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

/**
 * A bar that fits into a line.
 *
 * @param fraction - how much of it is done, from 0 to 1.
 * @param columns - the width of the line.
 */
export function renderBar(fraction: number, columns: number): string {
  const part = Math.min(Math.max(fraction, 0), 1);
  const percent = `${Math.round(100 * part)} %`.padStart(6);
  const width = Math.min(40, columns - percent.length);
  if (width < 5) return percent.trimStart();
  const filled = Math.round(part * width);
  return `${'█'.repeat(filled)}${'░'.repeat(width - filled)}${percent}`;
}

/** Shows progress: a bar that grows in its place on a terminal, anywhere else a line now and then. */
export class ProgressBar {
  readonly #startMs = performance.now();
  #shown = -Infinity;

  /** @param percent - how much is done, from 0 to 100. */
  update(percent: number): void {
    const time = seconds(performance.now() - this.#startMs);
    if (moving) {
      // A pseudo-terminal may claim to have no columns.
      const columns = (stdout.columns || 80) - margin.length - time.length - 3;
      stdout.write(`\r${margin}${renderBar(percent / 100, columns)}  ${paint('dim', time)}\x1b[K`);
      underBar = true;
    } else if (percent >= this.#shown + 25 || (percent >= 100 && this.#shown < 100)) {
      write(`${margin}${Math.round(percent)} % after ${time}`);
      this.#shown = percent;
    }
  }
}
