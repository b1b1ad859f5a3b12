import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createRequire } from 'node:module';
import { describe } from '@jest/globals';

/** The packages of a folder of test/installed, which `npm run install:peers` installs. */
export interface InstalledSet {
  /** A `describe()` that is skipped, with the reason in its name, if they are not installed. */
  describe(name: string, block: () => void): void;
  /** Imports one of the packages. */
  load(packageName: string): Promise<unknown>;
  /** The path of a file of one of the packages, such as `openai/package.json`. */
  resolve(specifier: string): string;
}

export function installedSet(set: string): InstalledSet {
  const folder = new URL(`../installed/${set}/`, import.meta.url);
  const isInstalled = existsSync(fileURLToPath(new URL('node_modules', folder)));
  return {
    describe(name, block) {
      if (isInstalled) describe(name, block);
      else describe.skip(`${name} (skipped: run 'npm run install:peers' first)`, block);
    },
    async load(packageName) {
      // Jest cannot require a package that requires an ES module.
      const path = this.resolve(packageName);
      const modulePath = path.replace(/\.cjs$/, '.js');
      return import(pathToFileURL(existsSync(modulePath) ? modulePath : path).href) as Promise<unknown>;
    },
    resolve: (specifier) => createRequire(new URL('package.json', folder)).resolve(specifier),
  };
}
