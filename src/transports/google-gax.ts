import type * as Gax from 'google-gax';

/** google-gax could not be loaded. */
export class GaxLoadError extends Error {}

/**
 * Loads google-gax, for its grpc-js and its authentication.
 *
 * @throws {@link GaxLoadError} if it cannot be loaded.
 */
export async function loadGax(importGax: () => Promise<typeof Gax> = () => import('google-gax')): Promise<typeof Gax> {
  try {
    return await importGax();
  } catch (error) {
    const reason = String((error as Error | undefined)?.message);
    throw new GaxLoadError(`google-gax cannot be loaded: ${reason} (is the package 'google-gax' installed?)`);
  }
}
