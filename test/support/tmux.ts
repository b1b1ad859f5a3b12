// A terminal for tests: tmux, which interprets what the program writes and shows the resulting screen.
import { spawnSync } from 'node:child_process';
import { cleanEnvironment, program } from './cli.js';

/** Whether tmux is installed (Debian's package `tmux`). */
export const hasTmux = spawnSync('tmux', ['-V']).status === 0;

let count = 0;

/** A terminal in which the program runs. */
export class Terminal {
  readonly #socket = `longrunning-test-${process.pid}-${++count}`;

  /**
   * Starts the program in a shell command that prints its exit code.
   *
   * @param size - columns and rows.
   * @param commands - a shell command that is run before, and one that reads the program's standard output.
   */
  constructor(
    args: readonly string[],
    size: readonly [number, number],
    env: Readonly<Record<string, string>> = {},
    { before = ':', pipe }: { before?: string | undefined; pipe?: string | undefined } = {},
  ) {
    const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    const command = [...variables, process.execPath, program, ...args].map((part) => `'${part}'`).join(' ');
    const [columns, rows] = size.map(String) as [string, string];
    this.#tmux(
      '-f',
      '/dev/null',
      'new-session',
      '-d',
      '-x',
      columns,
      '-y',
      rows,
      `trap : INT; ${before}; env ${command}${pipe === undefined ? '' : ` | { ${pipe}; }`}; echo "exit $?"; cat`,
    );
  }

  /** The lines of the screen, without the empty ones at its end. */
  screen(): string {
    return `${this.#tmux('capture-pane', '-p').trimEnd()}\n`;
  }

  /** The screen with its history and escape sequences for colors. */
  screenWithColors(): string {
    return this.#tmux('capture-pane', '-p', '-e');
  }

  /** Everything that is on the screen and has left it at the top. */
  history(): string {
    return this.#tmux('capture-pane', '-p', '-S', '-');
  }

  /** Resolves when the screen fulfills a condition. */
  async shows(condition: RegExp): Promise<string> {
    for (const end = Date.now() + 60_000; Date.now() < end;) {
      const screen = this.screen();
      if (condition.test(screen)) return screen;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`The screen never showed ${String(condition)}:\n${this.screen()}`);
  }

  /** Presses keys, by their names in tmux. */
  press(keys: string): void {
    this.#tmux('send-keys', keys);
  }

  resize(columns: number, rows: number): void {
    this.#tmux('resize-window', '-x', String(columns), '-y', String(rows));
  }

  get isCursorVisible(): boolean {
    return this.#tmux('display-message', '-p', '#{cursor_flag}').trim() === '1';
  }

  close(): void {
    this.#tmux('kill-server');
  }

  #tmux(...args: string[]): string {
    const env = { ...cleanEnvironment, LANG: 'C.UTF-8' };
    return spawnSync('tmux', ['-u', '-L', this.#socket, ...args], { encoding: 'utf8', env }).stdout;
  }
}
