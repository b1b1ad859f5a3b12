// What the package adds to a program, bundled, minified and gzipped: dist/index.js with all that it imports, which is what
// a page loads before it does anything; with what asks, which a page loads when it has made a client, and Node at once; and
// the table of Google's services, which the first call of a REST transport with `service` loads.
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build, type Plugin } from 'esbuild';

const parts = [
  { what: 'the core is', entry: 'dist/index.js', more: ', p-retry included', limit: 14_000 },
  { what: "the table of Google's services is", entry: 'src/rest/service-rules.ts', more: '', limit: 12_000 },
];

// A program that never asks for it never loads it.
const whatLoadsLater: Plugin = {
  name: 'what-loads-later',
  setup(build) {
    build.onResolve({ filter: /./ }, ({ kind, path }) =>
      kind === 'dynamic-import' ? { path, external: true } : undefined,
    );
  },
};

for (const { what, entry, more, limit } of parts) {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(`../${entry}`, import.meta.url))],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    write: false,
    logLevel: 'error',
    plugins: [whatLoadsLater],
  });
  const bytes = gzipSync(outputFiles[0]!.contents, { level: 9 }).length;
  console.log(`size: ${what} ${bytes} bytes minified and gzipped${more} (limit ${limit})`);
  if (bytes > limit) process.exitCode = 1;
}
