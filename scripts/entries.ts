import { readFileSync } from 'node:fs';

const manifest = new URL('../package.json', import.meta.url);

/** The code files of package.json's `exports`, such as `dist/index.js`. */
export function entries(): string[] {
  const { exports } = JSON.parse(readFileSync(manifest, 'utf8')) as {
    exports: Record<string, Record<string, string> | string>;
  };
  return Object.values(exports)
    .flatMap((target) => (typeof target === 'string' ? [] : Object.values(target)))
    .filter((file) => file.endsWith('.js'))
    .map((file) => file.slice('./'.length));
}

/** The code files of package.json's `bin`, such as `dist/cli/main.js`. */
export function programs(): string[] {
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8')) as { bin: Record<string, string> };
  return Object.values(bin);
}
