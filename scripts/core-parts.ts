// Prints what each optional part of the core adds to it, minified and gzipped, and what is left without all of them:
// `node --import ./scripts/ts.js scripts/core-parts.ts`. A part that is left out has its exports, without their code.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'esbuild';
import { gzippedSize } from './gzipped-size.js';

const source = fileURLToPath(new URL('../src/', import.meta.url));

const parts: Readonly<Record<string, readonly string[]>> = {
  'decoders of protobuf classes, JSON and Empty': ['decoders'],
  'updates(), the async iterator': ['waiting/updates', 'async-queue'],
  'lists of operations': ['operation-list'],
  'the rate limiter': ['rpc/rate-limiter'],
  'resume tokens': ['resume-token'],
  'server-side waits': ['waiting/long-poll', 'waiting/wait-support', 'waiting/wait-request'],
  'progress and start time of metadata': ['polling/metadata', 'polling/progress-estimator'],
  'exponentialBackoff() and constantBackoff()': ['polling/backoff'],
};

const whole = await sizeWithout([]);
console.log(`the core: ${whole} bytes`);
for (const [title, modules] of Object.entries(parts)) {
  console.log(`${String(whole - (await sizeWithout(modules))).padStart(6)}  ${title}`);
}
console.log(`without all of them: ${await sizeWithout(Object.values(parts).flat())} bytes`);

/** The size of the core, with empty exports in place of those modules. */
function sizeWithout(modules: readonly string[]): Promise<number> {
  const stub: Plugin = {
    name: 'stub',
    setup(build) {
      build.onLoad({ filter: /\.ts$/ }, ({ path }) => {
        if (!modules.includes(path.slice(source.length, -'.ts'.length))) return undefined;
        const names = readFileSync(path, 'utf8').matchAll(/^export (?:async )?(?:class|function|const) (\w+)/gm);
        return { contents: [...names].map(([, name]) => `export const ${name} = 0;`).join('\n') };
      });
    },
  };
  return gzippedSize('src/index.ts', [], [stub]);
}
