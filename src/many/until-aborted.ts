import type { AbortSignalLike } from '../transport.js';
import { LinkedAbortController } from '../rpc/abort.js';

/**
 * Calls a function, and rejects without awaiting its promise once a signal is aborted.
 *
 * @param call - not called if the signal is aborted already. Its own signal is aborted with the other one.
 * @returns what it resolves to.
 * @throws what it throws, or the signal's reason.
 */
export async function untilAborted<T>(
  parent: AbortSignalLike | undefined,
  call: (signal: AbortSignal) => T | PromiseLike<T>,
): Promise<T> {
  const controller = new LinkedAbortController(parent);
  const { signal } = controller;
  try {
    signal.throwIfAborted();
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
    });
    return await Promise.race([aborted, (async () => call(signal))()]);
  } finally {
    controller.dispose();
  }
}
