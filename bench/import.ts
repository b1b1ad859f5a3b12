// What importing the package costs over bare node, and that no subpath loads google-gax before it is needed.
// `npm run bench:import`; with `-- --check` it fails over the limit, and leaves google-gax out of the table.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { median } from './support/statistics.js';

const rounds = 15;
const limitMs = 25; // on a machine that starts bare node in this time, or less:
const quietMs = 50;
const subpaths = ['', '/grpc', '/rest', '/gax', '/decoders', '/protobuf-es', '/testing', '/wire'].map(
  (path) => `longrunning${path}`,
);
const check = process.argv.includes('--check');

const problems: string[] = [];
for (const subpath of subpaths) {
  const heavy = modulesLoadedBy(subpath).filter(
    (url) => /\/node_modules\/(?!p-retry\/|is-network-error\/)/.test(url) && !isPeer(subpath, url),
  );
  if (heavy.length > 0)
    problems.push(`import '${subpath}' loads ${heavy.length} modules too many, such as ${heavy[0]!}`);
}

// Interleaved, so that whatever else the machine does hits all of them alike.
const programs = { 'bare node': '', longrunning: `import 'longrunning'`, 'google-gax': `import 'google-gax'` };
const names = (Object.keys(programs) as (keyof typeof programs)[]).filter((name) => !check || name !== 'google-gax');
const times = new Map(names.map((name) => [name, [] as number[]]));
for (const name of names) timeOf(programs[name]); // into the file cache
for (let round = 0; round < rounds; round += 1) {
  for (const name of names) times.get(name)!.push(timeOf(programs[name]));
}

const bare = median(times.get('bare node')!);
for (const name of names) {
  const ms = median(times.get(name)!);
  const over = (ms - bare).toFixed(1).padStart(7);
  console.log(`${name.padEnd(12)} ${over} ms over bare node   ${ms.toFixed(1).padStart(7)} ms`);
}
const cost = median(times.get('longrunning')!) - bare;
// Where the machine is slow, or busy with other things, bare node takes longer too, and the limit grows with it.
const limit = limitMs * Math.max(1, bare / quietMs);
console.log(`${'limit'.padEnd(12)} ${limit.toFixed(1).padStart(7)} ms over bare node`);
if (cost > limit) problems.push(`import 'longrunning' costs ${cost.toFixed(1)} ms over bare node`);
for (const problem of problems) console.error(`import: ${problem}`);
if (check && problems.length > 0) process.exitCode = 1;

/** The wall time of a whole process, in milliseconds: the median is over processes, so nothing is warm. */
function timeOf(program: string): number {
  const start = performance.now();
  run(program);
  return performance.now() - start;
}

/** Whether a subpath is there for the sake of the package that the URL is of. */
function isPeer(subpath: string, url: string): boolean {
  return subpath === 'longrunning/protobuf-es' && url.includes('/node_modules/@bufbuild/protobuf/');
}

/** The URLs of all modules that the import loads, built-in ones apart; CommonJS ones too. */
function modulesLoadedBy(specifier: string): string[] {
  const hooks = `
    import { writeSync } from 'node:fs';
    export function load(url, context, next) { writeSync(1, url + '\\n'); return next(url, context); }`;
  const program = `
    import { createRequire, register } from 'node:module';
    register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(hooks)}));
    await import('${specifier}');
    for (const file of Object.keys(createRequire(import.meta.url).cache)) console.log('file://' + file);`;
  const urls = run(program).split('\n');
  if (!urls.some((url) => url.includes('/dist/')))
    problems.push(`import '${specifier}' was not seen to load the build`);
  return urls.filter((url) => url.startsWith('file:'));
}

function run(program: string): string {
  const cwd = fileURLToPath(new URL('..', import.meta.url));
  const node = spawnSync(process.execPath, ['--input-type=module', '--eval', program], { cwd, encoding: 'utf8' });
  if (node.status !== 0) throw new Error(`node failed: ${node.stderr}`);
  return node.stdout;
}
