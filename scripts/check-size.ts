// What the core adds to a program: dist/index.js with all it imports, bundled, minified and gzipped.
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

// The client, the poller and their errors are 8.7 kB; what the waiting engine adds (waits at the server, forecasts, pacing,
// pushed states) has to fit in the rest.
const limit = 12_000;

const { outputFiles } = await build({
  entryPoints: [fileURLToPath(new URL('../dist/index.js', import.meta.url))],
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  write: false,
  logLevel: 'error',
});
const bytes = gzipSync(outputFiles[0]!.contents, { level: 9 }).length;
console.log(`size: the core is ${bytes} bytes minified and gzipped, p-retry included (limit ${limit})`);
if (bytes > limit) process.exitCode = 1;
