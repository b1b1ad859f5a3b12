import { assertArgument } from '../arguments.js';
import type { Operation } from '../operation.js';
import type { LROPoller } from '../poller.js';
import type { SettledOperation } from './settle-wait.js';

/**
 * A poller of any types. (Not an `LROPoller<unknown, unknown>`: TypeScript would infer these types for a
 * `client.poller(name)` that is passed as an argument.)
 */
export interface AnyPoller {
  /** The operation's name. */
  readonly name: string;
  /** Waits until the operation completes. */
  pollUntilDone(): Promise<unknown>;
}

/** Pollers to wait for: an array, a tuple of pollers of different types, or any iterable. */
export type Pollers = Iterable<AnyPoller> | readonly []; // the empty tuple makes TypeScript infer tuples

/** The type of the items of {@link Pollers}. */
export type PollerOf<P extends Pollers> = P extends Iterable<infer Poller> ? Poller : never;

/** The type of a poller's response. */
export type ResponseOf<Poller> = Poller extends LROPoller<infer R> ? R : never;

/** The type of the states of a poller's operation. */
export type OperationOf<Poller> = Poller extends LROPoller<infer R, infer M> ? Operation<R, M> : never;

/** The type of the outcome of a poller's wait. */
export type SettledOf<Poller> = Poller extends LROPoller<infer R, infer M> ? SettledOperation<R, M> : never;

/** The responses of pollers: a tuple for a tuple, otherwise an array. */
export type Responses<P extends Pollers> = P extends readonly unknown[]
  ? { -readonly [K in keyof P]: ResponseOf<P[K]> }
  : ResponseOf<PollerOf<P>>[];

/** The outcomes of the waits of pollers: a tuple for a tuple, otherwise an array. */
export type SettledOperations<P extends Pollers> = P extends readonly unknown[]
  ? { -readonly [K in keyof P]: SettledOf<P[K]> }
  : SettledOf<PollerOf<P>>[];

/**
 * Reads the pollers.
 *
 * @throws TypeError if they are not iterable, or an item is not a poller.
 */
export function pollerList(pollers: Pollers): LROPoller<unknown>[] {
  const { [Symbol.iterator]: iterate } = Object(pollers) as Partial<Iterable<AnyPoller>>;
  assertArgument(typeof iterate === 'function', 'wait', 'pollers', 'an iterable', pollers);
  const list = [...pollers] as LROPoller<unknown>[];
  for (const [index, poller] of list.entries()) assertPoller('wait', `pollers[${index}]`, poller);
  return list;
}

/**
 * Checks that a value is a poller. Also accepts pollers of another copy of this package.
 *
 * @throws TypeError if it is not.
 */
export function assertPoller(action: string, option: string, value: unknown): void {
  const isPoller = typeof (value as Partial<AnyPoller> | null | undefined)?.pollUntilDone === 'function';
  assertArgument(isPoller, action, option, 'an LROPoller', value);
}
