import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

/** Imports a package of test/installed/google. */
export async function loadPackage(name: string): Promise<unknown> {
  const { resolve } = createRequire(new URL('../../installed/google/package.json', import.meta.url));
  return import(pathToFileURL(resolve(name)).href);
}
