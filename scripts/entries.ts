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

/** A subpath of package.json's `exports`. */
export interface Subpath {
  /** Its last part, such as `rest`; `index` for the package itself. */
  readonly name: string;
  /** The types of the ES module, such as `dist/rest/index.d.ts`. */
  readonly types: string;
}

/** The subpaths with code, in the order of package.json. */
export function subpaths(): Subpath[] {
  const { exports } = JSON.parse(readFileSync(manifest, 'utf8')) as { exports: Record<string, unknown> };
  return Object.entries(exports).flatMap(([key, target]) => {
    const types = filesIn(target).find((file) => file.endsWith('.d.ts'));
    return types === undefined ? [] : [{ name: key.slice('./'.length) || 'index', types: types.slice('./'.length) }];
  });
}

/** The files of a target of `exports`, whose conditions can be nested. */
function filesIn(target: unknown): string[] {
  if (typeof target === 'string') return [target];
  return typeof target === 'object' && target !== null ? Object.values(target).flatMap(filesIn) : [];
}
