import { readFileSync } from 'node:fs';

const manifest = new URL('../package.json', import.meta.url);

interface Manifest {
  exports: Record<string, { default: string } | string>;
  bin: Record<string, string>;
  peerDependencies: Record<string, string>;
}

function readManifest(): Manifest {
  return JSON.parse(readFileSync(manifest, 'utf8')) as Manifest;
}

/** The ES modules of package.json's `exports`, such as `dist/index.js`. */
export function entries(): string[] {
  return Object.values(readManifest().exports)
    .flatMap((target) => (typeof target === 'string' ? [] : [target.default]))
    .map((file) => file.slice('./'.length));
}

/** The names of the packages that a subpath may need beside the dependencies. */
export function peers(): string[] {
  return Object.keys(readManifest().peerDependencies);
}

/** The code files of package.json's `bin`, such as `dist/cli/main.js`. */
export function programs(): string[] {
  return Object.values(readManifest().bin);
}

/** The path of a file of dist/ in that folder, without the extension. */
export function stemOf(file: string): string {
  return file.slice('dist/'.length).replace(/\.js$/, '');
}
