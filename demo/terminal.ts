const { stdout } = process;

/** Whether a line can be overwritten: the output is a terminal with cursor control. */
const isInteractive = stdout.isTTY && process.env.TERM !== 'dumb';
// hasColors() reads NO_COLOR, FORCE_COLOR and TERM.
const hasColor = stdout.isTTY && stdout.hasColors();

const styles = { bold: 1, dim: 2, green: 32, cyan: 36 } as const;

function paint(style: keyof typeof styles, text: string): string {
  return hasColor ? `\x1b[${styles[style]}m${text}\x1b[0m` : text;
}

const indent = '   ';
let barIsOpen = false;

/** Ends the line of the progress bar, if one is open. */
export function endLine(): void {
  if (barIsOpen) stdout.write('\n');
  barIsOpen = false;
}

function write(line: string): void {
  endLine();
  stdout.write(`${line}\n`);
}

/** Prints the heading of a step. */
export function heading(text: string): void {
  write('');
  write(paint('bold', text));
}

/** Prints a line of code. */
export function code(text: string): void {
  write(`${indent}${paint('cyan', text)}`);
}

/** Prints a result. */
export function result(text: string): void {
  write(`${indent}${paint('green', '→')} ${text}`);
}

/** Prints a remark. */
export function note(text: string): void {
  write(`${indent}${paint('dim', text)}`);
}

/** Prints rows in columns. The first row is the heading. */
export function table(rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  for (const [i, row] of rows.entries()) {
    const text = row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('   ');
    write(`${indent}${i === 0 ? paint('dim', text.trimEnd()) : text.trimEnd()}`);
  }
}

/** Formats milliseconds as seconds. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

/**
 * Renders a progress bar.
 *
 * @param fraction - the progress, from 0 to 1.
 * @param columns - the width available.
 */
export function renderBar(fraction: number, columns: number): string {
  const part = Math.min(Math.max(fraction, 0), 1);
  const percent = `${Math.round(100 * part)} %`.padStart(6);
  const width = Math.min(40, columns - percent.length);
  if (width < 5) return percent.trimStart();
  const filled = Math.round(part * width);
  return `${'█'.repeat(filled)}${'░'.repeat(width - filled)}${percent}`;
}

/** Shows progress: in a terminal a bar that is redrawn in place, elsewhere a line at each quarter. */
export class ProgressBar {
  readonly #startMs = performance.now();
  #shown = -Infinity;

  /** @param percent - the progress, from 0 to 100. */
  update(percent: number): void {
    const time = seconds(performance.now() - this.#startMs);
    if (isInteractive) {
      // A pseudo-terminal may report 0 columns.
      const columns = (stdout.columns || 80) - indent.length - time.length - 3;
      stdout.write(`\r${indent}${renderBar(percent / 100, columns)}  ${paint('dim', time)}\x1b[K`);
      barIsOpen = true;
    } else if (percent >= this.#shown + 25 || (percent >= 100 && this.#shown < 100)) {
      write(`${indent}${Math.round(percent)} % after ${time}`);
      this.#shown = percent;
    }
  }
}
