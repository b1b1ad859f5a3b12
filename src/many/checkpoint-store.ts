import { assertArgument, invalidArgumentMessage, throwInvalidArgument } from '../arguments.js';
import type { Checkpoint, StartAllOptions } from './start-options.js';

type CheckpointOptions<I> = Pick<StartAllOptions<I, unknown, unknown>, 'key' | 'checkpoint' | 'load'>;

/** The checkpoints of one batch, kept by the caller's functions `checkpoint` and `load`. */
export class CheckpointStore<I> {
  readonly #options: CheckpointOptions<I>;
  readonly #onError: (error: unknown) => void;
  readonly #keys = new Set<string>();

  /** @param onError - called with an error that concerns all inputs, before it is thrown. */
  constructor(options: CheckpointOptions<I>, onError: (error: unknown) => void) {
    this.#options = options;
    this.#onError = onError;
  }

  /**
   * The key of an input; empty if the batch has no checkpoints.
   *
   * @throws TypeError if it is not a non-empty string.
   * @throws RangeError if another input had the same key.
   */
  keyOf(input: I): string {
    const { checkpoint, load } = this.#options;
    if (!checkpoint && !load) return '';
    const key = this.#readKey(input);
    if (this.#keys.has(key)) throw new RangeError(invalidArgumentMessage('start', 'key', 'unique for each input', key));
    this.#keys.add(key);
    return key;
  }

  #readKey(input: I): string {
    const options = this.#options;
    const key: unknown = options.key ? options.key(input) : input;
    if (isNonEmptyString(key)) return key;
    if (options.key) return throwInvalidArgument('start', 'key()', 'a non-empty string', key);
    const rule = 'a function unless all inputs are non-empty strings';
    const error = new TypeError(invalidArgumentMessage('start', 'key', rule, undefined));
    this.#onError(error);
    throw error;
  }

  /**
   * Loads the checkpoint with a key.
   *
   * @returns undefined if none was saved.
   * @throws what `load` throws.
   * @throws TypeError if it returns anything but the checkpoint with this key.
   */
  load(key: string): Promise<Checkpoint | undefined> {
    return this.#guard(async () => {
      const loaded = await this.#options.load?.(key);
      if (loaded === undefined || loaded === null) return undefined;
      validateCheckpoint(loaded, key);
      return loaded;
    });
  }

  /**
   * Saves a checkpoint.
   *
   * @throws what `checkpoint` throws.
   */
  save(checkpoint: Checkpoint): Promise<void> {
    return this.#guard(async () => {
      await this.#options.checkpoint?.(checkpoint);
    });
  }

  async #guard<T>(action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      this.#onError(error);
      throw error;
    }
  }
}

function isNonEmptyString(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/** Whether a value that was read has the form of a checkpoint. */
export function isCheckpoint(value: unknown): value is Checkpoint {
  const { key, requestId } = (value ?? {}) as Partial<Checkpoint>;
  return isNonEmptyString(key) && isNonEmptyString(requestId);
}

/** @throws TypeError if it is not the checkpoint with a key. */
export function validateCheckpoint(loaded: Partial<Checkpoint>, key: string): void {
  const { key: loadedKey, requestId } = loaded;
  const isValid = loadedKey === key && isNonEmptyString(requestId);
  assertArgument(isValid, 'start', 'load()', `the checkpoint of '${key}'`, loadedKey ?? loaded);
}
