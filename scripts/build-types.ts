import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { entries, stemOf } from './entries.js';

/**
 * Writes the types of the subpaths from those that tsc has emitted to dist/types, without those of internal modules, which
 * are half of them. They are CommonJS, and the types for `import` reexport them: an ES module may import CommonJS in every
 * version of TypeScript, not the reverse, and a program that mixes both has each class once.
 */
export function writeTypes(dist: string): void {
  const write = (file: string, text: string): void => {
    mkdirSync(dirname(join(dist, file)), { recursive: true });
    writeFileSync(join(dist, file), text);
  };
  const stems = new Set(entries().map(stemOf));
  for (const stem of stems) write(`${stem}.d.ts`, `export * from './${stem.split('/').at(-1)!}.cjs';\n`);
  // The set grows while it is iterated, by the types that these import.
  for (const stem of stems) {
    const text = readFileSync(join(dist, 'types', `${stem}.d.ts`), 'utf8');
    const commonJs = text.replace(relativeImport, (_, before: string, specifier: string) => {
      stems.add(join(dirname(stem), specifier));
      return `${before}'${specifier}.cjs'`;
    });
    write(`${stem}.d.cts`, withGlobals(commonJs));
  }
  rmSync(join(dist, 'types'), { recursive: true });
}

const relativeImport = /(\bfrom |\bimport\()['"](\.[^'"]+)\.js['"]/g;

/**
 * Declares the global types that a program lacks, depending on its `lib` and `types`. An AbortSignal that it has is left as it
 * is: that of Node.js inherits addEventListener(), which another base would replace.
 */
function withGlobals(text: string): string {
  const isDisposable = /\bAsyncDisposable\b/.test(text);
  const hasSignal = /\binterface AbortSignalLike\b/.test(text);
  // Where AbortSignal is a class, as in Cloudflare's types, it is no property of globalThis.
  const isThere = 'typeof globalThis extends { AbortSignal: unknown } | { fetch: unknown }';
  const signal = `type MissingAbortSignal = ${isThere} ? {} : AbortSignalLike;
declare global {
    interface AbortSignal extends MissingAbortSignal {}
}
`;
  return `${isDisposable ? '/// <reference lib="esnext.disposable" />\n' : ''}${text}${hasSignal ? signal : ''}`;
}
