import { invalidArgumentMessage } from '../arguments.js';
import type { Operation } from '../operation.js';
import type { LROPoller } from '../poller.js';
import type { SettledOperation } from './settle.js';

/**
 * A poller of whatever types. (Not said by its types, so that TypeScript does not take them for those of a
 * `client.poller(name)` in its place.)
 */
export interface AnyPoller {
  /** The operation's name. */
  readonly name: string;
  /** Waits for the end of the operation. */
  pollUntilDone(): Promise<unknown>;
}

/** Pollers to wait for together: an array, or a tuple of pollers of different types, or any iterable. */
export type Pollers = Iterable<AnyPoller> | readonly []; // the empty tuple has TypeScript infer tuples

/** The type of the pollers among {@link Pollers}. */
export type PollerOf<P extends Pollers> = P extends Iterable<infer Poller> ? Poller : never;

/** The type of the response that a poller waits for. */
export type ResponseOf<Poller> = Poller extends LROPoller<infer R> ? R : never;

/** The type of the states that a poller sees. */
export type OperationOf<Poller> = Poller extends LROPoller<infer R, infer M> ? Operation<R, M> : never;

/** The type of what a poller's wait comes to. */
export type SettledOf<Poller> = Poller extends LROPoller<infer R, infer M> ? SettledOperation<R, M> : never;

/** The responses of pollers: a tuple for a tuple, else an array. */
export type Responses<P extends Pollers> = P extends readonly unknown[]
  ? { -readonly [K in keyof P]: ResponseOf<P[K]> }
  : ResponseOf<PollerOf<P>>[];

/** What the waits of pollers come to: a tuple for a tuple, else an array. */
export type SettledOperations<P extends Pollers> = P extends readonly unknown[]
  ? { -readonly [K in keyof P]: SettledOf<P[K]> }
  : SettledOf<PollerOf<P>>[];

/** @throws TypeError if they are not pollers. */
export function pollerList(pollers: Pollers): LROPoller<unknown>[] {
  const iterable = pollers as Partial<Iterable<AnyPoller>> | null | undefined;
  if (typeof iterable?.[Symbol.iterator] !== 'function') {
    throw new TypeError(invalidArgumentMessage('wait', 'pollers', 'an iterable', pollers));
  }
  const list = [...pollers] as LROPoller<unknown>[];
  for (const [index, poller] of list.entries()) requirePoller('wait', `pollers[${index}]`, poller);
  return list;
}

/**
 * Checks that something is a poller, of this copy of the package or another.
 *
 * @throws TypeError if it is not.
 */
export function requirePoller(action: string, what: string, poller: unknown): void {
  if (typeof (poller as Partial<AnyPoller> | null | undefined)?.pollUntilDone === 'function') return;
  throw new TypeError(invalidArgumentMessage(action, what, 'an LROPoller', poller));
}
