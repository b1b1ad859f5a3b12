// Measures what an import of the package costs over bare Node.js, and checks that no subpath loads google-gax on import:
// `npm run bench:import`. With `-- --check` it fails above the limit, and does not measure google-gax. It measures CPU time,
// which other programs on the machine hardly change; on a quiet one it is the time that an import takes.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { median } from './support/statistics.js';

const rounds = 15;
const limitMs = 25;
/** The limit applies where bare Node.js starts in this CPU time. It grows with the time of slower machines and versions. */
const referenceBareMs = 50;
const subpaths = ['', '/grpc', '/rest', '/gax', '/decoders', '/protobuf-es', '/testing', '/wire', '/otel'].map(
  (path) => `longrunning${path}`,
);
const check = process.argv.includes('--check');

const failures: string[] = [];
for (const subpath of subpaths) {
  const heavy = modulesLoadedBy(subpath).filter(
    (url) => /\/node_modules\/(?!p-retry\/|is-network-error\/)/.test(url) && !isPeer(subpath, url),
  );
  if (heavy.length > 0)
    failures.push(`import '${subpath}' loads ${heavy.length} unexpected modules, such as ${heavy[0]!}`);
}

// Interleaved, so that other load on the machine affects all of them equally.
const programs = { 'bare node': '', longrunning: `import 'longrunning'`, 'google-gax': `import 'google-gax'` };
const names = (Object.keys(programs) as (keyof typeof programs)[]).filter((name) => !check || name !== 'google-gax');
const times = new Map(names.map((name) => [name, [] as number[]]));
for (const name of names) timeOf(programs[name]); // fills the file cache
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
// On a slow machine bare Node.js takes longer too, and the limit grows with it.
const limit = limitMs * Math.max(1, bare / referenceBareMs);
console.log(`${'limit'.padEnd(12)} ${limit.toFixed(1).padStart(7)} ms over bare node`);
if (cost > limit) failures.push(`import 'longrunning' costs ${cost.toFixed(1)} ms over bare node`);
for (const failure of failures) console.error(`import: ${failure}`);
if (check && failures.length > 0) process.exitCode = 1;

/** The CPU time of one process, in milliseconds. Each measurement is a new process, so nothing is warm. */
function timeOf(program: string): number {
  const report = 'const { user, system } = process.cpuUsage(); console.log((user + system) / 1000);';
  return Number(run(`${program};\nprocess.on('exit', () => { ${report} });`));
}

/** Whether the URL belongs to the peer dependency of a subpath. */
function isPeer(subpath: string, url: string): boolean {
  const peers: Record<string, string> = {
    'longrunning/protobuf-es': '@bufbuild/protobuf',
    'longrunning/otel': '@opentelemetry/api',
  };
  const peer = peers[subpath];
  return peer !== undefined && url.includes(`/node_modules/${peer}/`);
}

/** The URLs of all modules that the import loads, including CommonJS, except built-in ones. */
function modulesLoadedBy(specifier: string): string[] {
  const hooks = `
    import { writeSync } from 'node:fs';
    export function load(url, context, next) { writeSync(1, url + '\\n'); return next(url, context); }`;
  // As scripts/ts.js: newer versions of Node warn of register(); older ones have nothing else.
  const program = `
    import * as module from 'node:module';
    const hooks = 'data:text/javascript,' + encodeURIComponent(${JSON.stringify(hooks)});
    if (module.registerHooks) module.registerHooks(await import(hooks));
    else module.register(hooks);
    await import('${specifier}');
    for (const file of Object.keys(module.createRequire(import.meta.url).cache)) console.log('file://' + file);`;
  const urls = run(program).split('\n');
  if (!urls.some((url) => url.includes('/dist/'))) failures.push(`import '${specifier}' did not load the build`);
  return urls.filter((url) => url.startsWith('file:'));
}

function run(program: string): string {
  const cwd = fileURLToPath(new URL('..', import.meta.url));
  const node = spawnSync(process.execPath, ['--input-type=module', '--eval', program], { cwd, encoding: 'utf8' });
  if (node.status !== 0) throw new Error(`node failed: ${node.stderr}`);
  return node.stdout;
}
