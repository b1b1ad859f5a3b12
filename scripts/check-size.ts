// Checks what the package adds to a page, bundled, minified and gzipped: dist/index.js with all its static imports, and the
// table of Google's services, which is loaded only for a transport that names a service. The README's table says what each
// import is, with all that it loads: a size that is off by more than 3 % fails.
import { readFileSync } from 'node:fs';
import { entries, peers } from './entries.js';
import { gzippedSize } from './gzipped-size.js';

const parts = [
  { name: 'the core with p-retry', entry: 'dist/index.js', limit: 17_600 },
  { name: 'waitFor() with all that it needs', entry: 'dist/wait-for/index.js', limit: 34_350 },
  { name: 'longrunning/history', entry: 'dist/history/index.js', limit: 6_100 },
  { name: "the table of Google's services", entry: 'src/rest/service-rules.ts', limit: 12_000 },
];

for (const { name, entry, limit } of parts) {
  const bytes = await sizeOf(entry);
  console.log(`size: ${name}: ${bytes} bytes minified and gzipped (limit ${limit})`);
  if (bytes > limit) process.exitCode = 1;
}

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
for (const entry of entries()) {
  const subpath = entry.replace('dist/', 'longrunning/').replace(/\/?index\.js$/, '');
  const bytes = await sizeOf(entry);
  const written = new RegExp(`^\\| \`${subpath}\` +\\| +([\\d.]+) `, 'm').exec(readme)?.[1];
  const isRight = Math.abs(Number(written) * 1000 - bytes) <= Math.max(0.03 * bytes, 50);
  const problem = isRight ? '' : `; README.md says ${written ?? 'nothing'}`;
  console.log(`size: ${subpath}: ${(bytes / 1000).toFixed(1)} kB${problem}`);
  if (!isRight) process.exitCode = 1;
}

/** What an entry adds to a page, in bytes, without peers. */
function sizeOf(entry: string): Promise<number> {
  return gzippedSize(entry, [...peers().flatMap((name) => [name, `${name}/*`]), 'node:*']);
}
