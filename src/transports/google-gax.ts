import type * as Gax from 'google-gax';

/** google-gax could not be loaded. */
export class GaxLoadError extends Error {}

/** What `#google-gax` is outside of Node.js: no-google-gax.ts. */
interface NoGax {
  readonly reason: string;
}

/**
 * Loads google-gax, for its grpc-js and its authentication. It is an optional dependency, which an installation may lack.
 *
 * @throws {@link GaxLoadError} if it cannot be loaded.
 */
export async function loadGax(load?: () => Promise<typeof Gax | NoGax>): Promise<typeof Gax> {
  let gax: typeof Gax | NoGax;
  try {
    // Bundlers must see that it may be missing: webpack by the `try`, esbuild by the `.catch()`, Turbopack by the comment.
    gax = await (load?.() ?? import(/* turbopackOptional: true */ '#google-gax').catch(rethrow));
  } catch (error) {
    const problem = String((error as Error | undefined)?.message);
    throw new GaxLoadError(`google-gax cannot be loaded: ${problem} (to install it, run 'npm install google-gax')`);
  }
  if ('reason' in gax) throw new GaxLoadError(gax.reason);
  return gax;
}

function rethrow(error: unknown): never {
  throw error;
}
