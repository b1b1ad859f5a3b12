// Module hooks for ts.js: Node 20 does not strip types, and swc also lowers `await using`. They are synchronous, as
// `registerHooks()` wants them; `register()` takes them too.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { transformSync } from '@swc/core';

/**
 * In TypeScript, './x.js' names the sibling x.ts.
 *
 * @type {import('node:module').ResolveHook}
 */
export function resolve(specifier, context, nextResolve) {
  if (!/^\.{1,2}\/.*\.js$/.test(specifier) || !context.parentURL?.startsWith('file:')) {
    return nextResolve(specifier, context);
  }
  const source = specifier.replace(/\.js$/, '.ts');
  const isSource = existsSync(new URL(source, context.parentURL)) && !existsSync(new URL(specifier, context.parentURL));
  return nextResolve(isSource ? source : specifier, context);
}

/** @type {import('node:module').LoadHook} */
export function load(url, context, nextLoad) {
  if (!url.startsWith('file:') || !url.endsWith('.ts')) return nextLoad(url, context);
  const filename = fileURLToPath(url);
  const { code } = transformSync(readFileSync(filename, 'utf8'), {
    filename,
    configFile: false,
    swcrc: false,
    jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
    module: { type: 'es6' },
    sourceMaps: 'inline',
  });
  return { format: 'module', source: code, shortCircuit: true };
}
