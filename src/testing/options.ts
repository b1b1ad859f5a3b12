import { assertArgument, assertOptions, isAtLeast, type OptionRules } from '../arguments.js';
import type { RawOperation } from '../transport.js';
import type { ServiceRules } from './service.js';

/** Options of {@link OperationsEmulator}. */
export interface EmulatorOptions {
  /**
   * The clock of the operations. `'real'` uses `performance.now()` and `setTimeout`, and so follows the fake timers of a
   * test runner (enable them before you create the emulator). `'manual'` moves only by
   * {@link OperationsEmulator.advance}.
   *
   * @defaultValue `'real'`
   */
  readonly clock?: 'real' | 'manual' | undefined;
  /**
   * The minimum duration of every call, in milliseconds.
   *
   * @defaultValue 0
   */
  readonly latencyMs?: number | undefined;
  /**
   * The maximum duration of WaitOperation, in milliseconds; a longer timeout in a request is reduced to it.
   *
   * @defaultValue 60000
   */
  readonly maxWaitMs?: number | undefined;
  /**
   * The maximum page size of ListOperations, which is also the default of requests without a page size.
   *
   * @defaultValue 100
   */
  readonly maxPageSize?: number | undefined;
  /**
   * Whether an operation matches the filter of a list request. Called only if the request has a filter.
   *
   * @defaultValue every operation matches
   */
  readonly filter?: ((filter: string, operation: RawOperation) => boolean) | undefined;
  /**
   * The `unreachable` locations of lists that ask for partial success (AIP-217).
   *
   * @defaultValue none: requests for partial success fail with UNIMPLEMENTED
   */
  readonly unreachable?: readonly string[] | undefined;
  /**
   * Whether to keep the call log, {@link OperationsEmulator.calls}.
   *
   * @defaultValue true
   */
  readonly log?: boolean | undefined;
}

const emulatorOptionRules: OptionRules<EmulatorOptions> = {
  clock: (action, option, value) =>
    assertArgument(['real', 'manual'].includes(value as string), action, option, "'real' or 'manual'", value),
  latencyMs: isAtLeast(0),
  maxWaitMs: isAtLeast(0),
  maxPageSize: isAtLeast(1),
  filter: undefined,
  unreachable: undefined,
  log: undefined,
};

/**
 * Checks the options of an emulator, and applies their defaults.
 *
 * @throws TypeError, RangeError if an option is invalid.
 */
export function readEmulatorOptions(options: EmulatorOptions): ServiceRules & { readonly clock: 'real' | 'manual' } {
  assertOptions('create an emulator', options, emulatorOptionRules);
  const { clock = 'real', latencyMs = 0, maxWaitMs = 60_000, maxPageSize = 100, log = true } = options;
  const { filter = () => true, unreachable } = options;
  return { clock, latencyMs, maxWaitMs, maxPageSize, filter, unreachable, log };
}

/** Options of {@link OperationsEmulator.listenHttp}. */
export interface ListenHttpOptions {
  /**
   * Whether pages of every origin may send requests and read the responses (CORS), `Retry-After` included. Preflights are
   * not in the call log, and no fault applies to them.
   *
   * @defaultValue false
   */
  readonly cors?: boolean | undefined;
}

/** The rules of {@link ListenHttpOptions}. */
export const listenHttpOptionRules: OptionRules<ListenHttpOptions> = {
  cors: (action, option, value) => assertArgument(typeof value === 'boolean', action, option, 'a boolean', value),
};
