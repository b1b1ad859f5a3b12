// Checks what the package adds to a page, bundled, minified and gzipped: dist/index.js with all its static imports, and the
// table of Google's services, which is loaded only for a transport that names a service.
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build, type Plugin } from 'esbuild';

const parts = [
  { name: 'the core with p-retry', entry: 'dist/index.js', limit: 16_700 },
  { name: 'waitFor() with all that it needs', entry: 'dist/wait-for/index.js', limit: 31_500 },
  { name: 'longrunning/history', entry: 'dist/history/index.js', limit: 6_000 },
  { name: "the table of Google's services", entry: 'src/rest/service-rules.ts', limit: 12_000 },
];

// Dynamic imports are loaded only when they are needed, so they do not count.
const externalizeDynamicImports: Plugin = {
  name: 'externalize-dynamic-imports',
  setup(build) {
    build.onResolve({ filter: /./ }, ({ kind, path }) =>
      kind === 'dynamic-import' ? { path, external: true } : undefined,
    );
  },
};

for (const { name, entry, limit } of parts) {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(`../${entry}`, import.meta.url))],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    write: false,
    logLevel: 'error',
    plugins: [externalizeDynamicImports],
  });
  const bytes = gzipSync(outputFiles[0]!.contents, { level: 9 }).length;
  console.log(`size: ${name}: ${bytes} bytes minified and gzipped (limit ${limit})`);
  if (bytes > limit) process.exitCode = 1;
}
