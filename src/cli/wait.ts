import type { JsonValue } from '../any.js';
import { isRequestError } from '../errors.js';
import { asCompleted } from '../many/as-completed.js';
import type { SettledOperation } from '../many/settle-wait.js';
import type { LROPoller } from '../poller.js';
import type { PollingOptions } from '../polling/settings.js';
import { Code } from '../status.js';
import type { WaitSettings } from './command.js';
import { createDisplay, notice, reportError, type Context } from './context.js';
import { silentDisplay, type Display } from './display.js';
import { errorHints, exitCodeOf, kindOf, statusHints, type OutcomeKind } from './outcome.js';
import { jsonLine, jsonText, operationToJson, responseLine, responseText, type JsonOperation } from './output.js';
import { printable } from './printable.js';
import { logLine } from './render.js';
import { resumeCommand } from './resume-command.js';
import { RowTracker } from './row.js';
import { assertWritable, readTokens, writeTokens } from './token-file.js';

type Settled = SettledOperation<JsonValue, JsonValue>;
type Poller = LROPoller<JsonValue, JsonValue>;

/**
 * Waits for operations and prints their results.
 *
 * @returns the exit code; that of a success after an abort, which the caller replaces.
 */
export async function wait(context: Context, names: readonly string[], settings: WaitSettings): Promise<number> {
  const session = new WaitSession(context, await pollerMakers(context, names, settings), settings);
  await session.run();
  return session.finish();
}

type PollerMaker = (options: PollingOptions<JsonValue>) => Poller;

/** What makes the pollers: of the names, otherwise of the tokens. */
async function pollerMakers(
  { client, info, signal }: Context,
  names: readonly string[],
  { tokenFile }: WaitSettings,
): Promise<PollerMaker[]> {
  if (names.length === 0) {
    const tokens = await readTokens(tokenFile as string, signal);
    return tokens.map((token) => (options) => client.resume(token, info, options));
  }
  if (tokenFile !== undefined) assertWritable(tokenFile);
  return names.map((name) => (options) => client.poller(name, info, options));
}

/** One run of `wait`. */
class WaitSession {
  readonly #context: Context;
  readonly #settings: WaitSettings;
  readonly #trackers: readonly RowTracker[];
  readonly #pollers: readonly Poller[];
  /** The outcomes by the index of the poller. */
  readonly #settled = new Map<number, Settled>();
  #display: Display = silentDisplay;

  constructor(context: Context, makers: readonly PollerMaker[], settings: WaitSettings) {
    this.#context = context;
    this.#settings = settings;
    this.#pollers = makers.map((make, index) => make(this.#pollingOptions(index)));
    this.#trackers = this.#pollers.map(
      (poller) => new RowTracker(poller.name, poller.toJSON().startedAtMs, () => poller.estimate()),
    );
  }

  /** Waits until the outcome is known, or the signal is aborted. */
  async run(): Promise<void> {
    const { signal } = this.#context;
    const display = await createDisplay(this.#context, () =>
      this.#trackers.map((tracker) => tracker.rowAt(Date.now())),
    );
    this.#display = display;
    try {
      display.update();
      await this.#settleAll();
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      display.close();
    }
  }

  /** Prints what remains, and saves the waits that may be resumed. */
  finish(): number {
    const { command, io } = this.#context;
    if (command.output !== 'text') {
      const states = this.#pollers.map((poller, index) => jsonState(poller, this.#settled.get(index)));
      if (command.output === 'json') io.out(jsonText(states.length === 1 ? (states[0] as JsonValue) : states));
      else states.filter(({ done }) => done !== true).forEach((state) => io.out(jsonLine(state)));
    }
    const outcomes = [...this.#settled.values()].map(kindOf);
    const exitCode = exitCodeOf(outcomes, this.#settings.mode);
    if (exitCode !== 0 || this.#context.signal.aborted) this.#saveUnfinished();
    return exitCode;
  }

  #pollingOptions(index: number): PollingOptions<JsonValue> {
    return {
      onEvent: (event) => {
        this.#trackers[index]?.onEvent(event);
        if (event.type === 'retry') this.#display.update();
      },
    };
  }

  async #settleAll(): Promise<void> {
    const { timeoutMs: totalTimeoutMs, mode, failFast } = this.#settings;
    const onProgress = (operation: JsonOperation, index: number): void => {
      this.#trackers[index]?.onState(operation, Date.now());
      this.#display.update();
    };
    const { signal } = this.#context;
    for await (const { index, operation } of asCompleted(this.#pollers, { signal, totalTimeoutMs, onProgress })) {
      const kind = this.#settle(index, operation);
      if (mode === 'any' ? kind === 'response' : failFast && kind !== 'response') return;
    }
  }

  #settle(index: number, operation: Settled): OutcomeKind {
    // The arguments of the command line, such as a name that no request can have.
    if (operation.result === 'unknown' && operation.reason instanceof TypeError) throw operation.reason;
    this.#settled.set(index, operation);
    const kind = kindOf(operation);
    const tracker = this.#trackers[index] as RowTracker;
    if (operation.result === 'unknown') tracker.onError(kind as 'timeout', operation.reason, Date.now());
    this.#display.update();
    this.#display.print(() => this.#report(tracker, operation, kind));
    return kind;
  }

  /** Prints the result of one operation, and what the display does not show of an error. */
  #report(tracker: RowTracker, operation: Settled, kind: OutcomeKind): void {
    const { command, io } = this.#context;
    if (command.quiet && kind !== 'response') io.err(`${logLine(tracker.rowAt(Date.now()))}\n`);
    if (operation.result === 'unknown') return errorHints(operation.reason).forEach((hint) => io.err(`  ${hint}\n`));
    if (operation.result === 'error') statusHints(operation.error).forEach((hint) => io.err(`  ${hint}\n`));
    if (command.output === 'ndjson') io.out(jsonLine(operationToJson(operation)));
    if (command.output === 'text') {
      io.out((this.#pollers.length === 1 ? responseText(operation) : responseLine(operation)) ?? '');
    }
  }

  /** What is known of operations that are not known to be done. */
  #describe(unfinished: readonly Poller[]): string {
    const isKnown = unfinished.some((poller) => poller.operation && this.#kindOf(poller) !== 'request-failed');
    const [first] = unfinished as [Poller];
    const subject = unfinished.length === 1 ? printable(first.name) : `${unfinished.length} operations`;
    const verb = unfinished.length === 1 ? 'goes' : 'go';
    return isKnown ? `${subject} ${verb} on. Resume with:` : `The state of ${subject} is unknown. Wait again with:`;
  }

  #kindOf(poller: Poller): OutcomeKind | undefined {
    const settled = this.#settled.get(this.#pollers.indexOf(poller));
    return settled && kindOf(settled);
  }

  #saveUnfinished(): void {
    const { command, signal } = this.#context;
    const unfinished = this.#pollers.filter((_, index) => isUnfinished(this.#settled.get(index)));
    if (unfinished.length === 0) return;
    const names = unfinished.map(({ name }) => name);
    const isSaved = this.#saveTokens(unfinished);
    notice(this.#context, `${signal.aborted ? 'Interrupted: ' : ''}${this.#describe(unfinished)}`);
    notice(this.#context, `  ${resumeCommand(command, names, isSaved)}`);
  }

  /** Returns whether the next command can read them: a disk may be full, and then the command has the names. */
  #saveTokens(pollers: readonly Poller[]): boolean {
    const { tokenFile } = this.#settings;
    if (tokenFile === undefined) return false;
    try {
      const tokens = pollers.map((poller) => poller.toJSON());
      return writeTokens(tokenFile, tokens);
    } catch (error) {
      reportError(this.#context.io, `the token cannot be saved: ${printable((error as Error).message)}`);
      return false;
    }
  }
}

/** Whether a wait can be resumed: its operation is not known to be done, nor to be missing. */
function isUnfinished(settled: Settled | undefined): boolean {
  if (settled === undefined) return true;
  return settled.result === 'unknown' && !isRequestError(settled.reason, Code.NOT_FOUND);
}

/** An operation for JSON output; its last known state if it is not done. */
function jsonState(poller: Poller, settled: Settled | undefined): Record<string, JsonValue> {
  const operation = settled === undefined || settled.result === 'unknown' ? poller.operation : settled;
  return operation === undefined ? { name: poller.name, done: false } : operationToJson(operation);
}
