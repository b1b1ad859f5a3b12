import type { CommandName } from './options.js';

/** How to connect. */
export interface ConnectionSettings {
  readonly transport: 'rest' | 'grpc';
  readonly service: string | undefined;
  readonly apiVersion: string | undefined;
  readonly endpoint: string | undefined;
  readonly insecure: boolean;
  readonly auth: 'adc' | 'none' | undefined;
  readonly accessTokenFile: string | undefined;
  /** As given: `name: value` or `@file`. */
  readonly headers: readonly string[];
}

/** How to wait. */
export interface WaitSettings {
  readonly timeoutMs: number | undefined;
  /** Which operations to wait for. */
  readonly mode: 'all' | 'any';
  readonly failFast: boolean;
  readonly pollEveryMs: number | undefined;
  readonly tokenFile: string | undefined;
  readonly historyFile: string | undefined;
  readonly historyKey: string | undefined;
}

/** The form of the result. */
type OutputFormat = 'text' | 'json' | 'ndjson';

/** A command line that was understood. */
export interface Command {
  readonly name: CommandName;
  /** The names of operations, without repetitions; the parent of a list; the text to search for in the services. */
  readonly operands: readonly string[];
  readonly connection: ConnectionSettings;
  /** Undefined if the command does not wait. */
  readonly wait: WaitSettings | undefined;
  readonly descriptors: string | undefined;
  readonly filter: string | undefined;
  readonly limit: number;
  readonly output: OutputFormat;
  readonly quiet: boolean;
  /** The options of the command line that a command which resumes the wait repeats. */
  readonly resumeOptions: readonly string[];
}

/** The command line is invalid: exit code 2. */
export class UsageError extends Error {
  /** The command whose help says more. */
  readonly command: CommandName | undefined;

  constructor(message: string, command?: CommandName) {
    super(message);
    this.command = command;
  }
}
