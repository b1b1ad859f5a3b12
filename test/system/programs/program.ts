import type { IncomingMessage } from 'node:http';
import type { WaitForOptions } from '../../../src/wait-for/index.js';

/** What a test passes to each run of a program. */
export type RunOptions = Pick<
  WaitForOptions<unknown>,
  'signal' | 'save' | 'load' | 'backoff' | 'retry' | 'rpcTimeoutMs'
>;

/** A program that starts an operation of a service and waits for it. */
export interface Program {
  /** Its file in this folder. Its waiting part is between `// #region wait` and `// #endregion wait`. */
  readonly file: string;
  /** The folder of test/installed that has its packages, if it needs any. */
  readonly packages?: string;
  readonly service: Service;
  /** Connects the program to a service at an origin. Each call of what it returns is one run. */
  readonly connect: (origin: string) => Promise<(options: RunOptions) => Promise<unknown>>;
}

/** The service of a program: its responses as JSON. */
export interface Service {
  isStart(request: IncomingMessage): boolean;
  /** The form of a request for the state: its method and URL. */
  readonly poll: RegExp;
  readonly started: object;
  readonly running: object;
  readonly done: object;
  readonly failed: object;
  /** What a run returns for `done`. */
  readonly result: unknown;
  /** What the error of a run has for `failed`. */
  readonly reason: object;
}

/** A state of a JSON response: throws the response if it is not a success. */
export async function json<T>(response: Response): Promise<T> {
  if (!response.ok) throw response;
  return (await response.json()) as T;
}
