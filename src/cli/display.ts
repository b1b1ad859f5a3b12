import type { WriteStream } from 'node:tty';
import type * as LogUpdateModule from 'log-update';
import { changeKey, endLine, frame, isOpen, logLine, wrappedRows, type Screen } from './render.js';
import type { Row } from './row.js';

/** Shows waits on standard error. */
export interface Display {
  /** The rows have changed, or the time has passed. */
  update(): void;
  /** Writes a lasting line, or a result to standard output, above what is rewritten. */
  print(write: () => void): void;
  /** Stops and leaves the terminal as it was. */
  close(): void;
}

/** Shows nothing: --quiet. */
export const silentDisplay: Display = { update: () => undefined, print: (write) => write(), close: () => undefined };

/** A line for each change. */
export function lineDisplay(rows: () => readonly Row[], write: (text: string) => void): Display {
  const shown = new Map<string, string>();
  return {
    ...silentDisplay,
    update() {
      for (const row of rows()) {
        const key = changeKey(row);
        if (key === '' || shown.get(row.name) === key) continue;
        shown.set(row.name, key);
        write(`${logLine(row)}\n`);
      }
    },
  };
}

const frameMs = 100;

/** Lines that are rewritten. An operation whose wait has ended keeps its line. */
export async function terminalDisplay(
  rows: () => readonly Row[],
  stream: WriteStream,
  env: NodeJS.ProcessEnv,
): Promise<Display> {
  const { createLogUpdate } = await import('log-update');
  return new TerminalDisplay(rows, stream, env, createLogUpdate(stream));
}

class TerminalDisplay implements Display {
  readonly #rows: () => readonly Row[];
  readonly #stream: WriteStream;
  readonly #env: NodeJS.ProcessEnv;
  readonly #output: LogUpdate;
  /** The operations that have their lasting line. */
  readonly #ended = new Set<string>();
  readonly #timer: NodeJS.Timeout;
  #frame = '';
  #columns: number;
  #tick = 0;

  constructor(rows: () => readonly Row[], stream: WriteStream, env: NodeJS.ProcessEnv, output: LogUpdate) {
    this.#rows = rows;
    this.#stream = stream;
    this.#env = env;
    this.#output = output;
    this.#columns = this.#screen().columns;
    this.#timer = setInterval(() => {
      this.#tick++;
      this.#draw();
    }, frameMs);
    process.on('SIGTSTP', this.#suspend);
  }

  update(): void {
    const newlyEnded = this.#rows().filter((row) => !isOpen(row) && !this.#ended.has(row.name));
    for (const { name } of newlyEnded) this.#ended.add(name);
    const lines = newlyEnded.map((row) => endLine(row, this.#screen()));
    if (lines.length === 0) return this.#draw();
    // Not persist() of log-update, which cuts what is longer than the screen.
    this.print(() => this.#stream.write(`${lines.join('\n')}\n`));
  }

  print(write: () => void): void {
    this.#output.clear();
    write();
    this.#draw();
  }

  close(): void {
    clearInterval(this.#timer);
    process.off('SIGTSTP', this.#suspend);
    this.#output.clear();
    this.#output.done();
  }

  /** Ctrl-Z: gives the shell its cursor back before the process stops. Later the frame is drawn anew, where the cursor is. */
  readonly #suspend = (): void => {
    this.#output.clear();
    this.#output.done();
    process.off('SIGTSTP', this.#suspend);
    process.once('SIGCONT', () => process.on('SIGTSTP', this.#suspend));
    process.kill(process.pid, 'SIGTSTP');
  };

  #draw(): void {
    const screen = this.#screen();
    if (screen.columns < this.#columns && reflows(this.#env)) {
      // The terminal has wrapped the lines of the last frame, so that they take more rows than log-update erases.
      this.#stream.write(`\x1b[${wrappedRows(this.#frame, screen.columns)}A\r\x1b[J`);
      this.#output.done();
    }
    this.#columns = screen.columns;
    this.#frame = frame(this.#rows(), Date.now(), this.#tick, screen);
    this.#output(this.#frame);
  }

  /** The size of the terminal now: `stream.columns` is updated by a signal, which may come after a frame. */
  #screen(): Screen {
    const [columns, rows] = this.#stream.getWindowSize();
    return { columns: columns || 80, rows: rows || 24, hasColor: !this.#env.NO_COLOR };
  }
}

type LogUpdate = ReturnType<typeof LogUpdateModule.createLogUpdate>;

/** Whether the terminal wraps its lines anew when it becomes narrower: all do but xterm itself and GNU screen. */
function reflows({ TMUX, STY, XTERM_VERSION }: NodeJS.ProcessEnv): boolean {
  return Boolean(TMUX) || (!STY && !XTERM_VERSION);
}
