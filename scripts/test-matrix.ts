// Runs the tests on each supported Node version, with the matching google-gax, in copies of the working tree:
// `npm run test:matrix`, or `npm run test:matrix -- 22` for one version. Arguments that are not versions go to Jest:
// `npm run test:matrix -- 22 test/rest` runs some of the tests.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const combinations = [
  { node: 20, gax: 5 },
  { node: 22, gax: 6 },
  { node: 24, gax: 6 },
  { node: 26, gax: 6 },
];

const root = fileURLToPath(new URL('..', import.meta.url));
const temporary = mkdtempSync(join(tmpdir(), 'longrunning-matrix-'));
const quiet = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
const isVersion = (argument: string): boolean => /^\d+$/.test(argument);
const selected = process.argv.slice(2).filter(isVersion).map(Number);
const forJest = process.argv.slice(2).filter((argument) => !isVersion(argument));
const lines: string[] = [];
try {
  const copies = new Map<number, string>();
  for (const { node, gax } of combinations.filter(({ node }) => selected.length === 0 || selected.includes(node))) {
    const copy = copies.get(gax) ?? copyWith(gax, nodeBin(node));
    copies.set(gax, copy);
    // Without the type check: the tests pass objects of this google-gax to generated clients with their own copy. That
    // works, but the classes have private members, so their types are incompatible.
    const startMs = performance.now();
    const built = run('npm', ['run', 'build'], copy, nodeBin(node));
    // The suite, and the system tests.
    const outcomes = ['test:jest', 'test:system'].map((script) => {
      const test = ['run', script, '--', '--ci', '--forceExit', '--passWithNoTests', ...forJest];
      return built.status === 0 ? run('npm', test, copy, nodeBin(node)) : built;
    });
    const output = outcomes.map((outcome) => outcome.output).join('\n');
    const tests = [...output.matchAll(/^Tests: +(.*)$/gm)].map(([, totals]) => totals!);
    const isOk = outcomes.every(({ status }) => status === 0) && tests.length > 0;
    const minutes = `${((performance.now() - startMs) / 60_000).toFixed(1)} min`;
    const versions = `node ${run('node', ['--version'], copy, nodeBin(node)).output.trim()}, google-gax ${installedGax(copy)}`;
    lines.push(`${isOk ? 'ok    ' : 'FAILED'} ${versions}: ${tests.join('; ') || 'no tests'} in ${minutes}`);
    console.log(lines.at(-1));
    if (isOk) continue;
    process.exitCode = 1;
    console.log(output);
  }
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
console.log(`\n${lines.join('\n')}`);

/** A copy of the working tree, with what is installed in it, in which the package resolves this major version of google-gax. */
function copyWith(gax: number, path: string): string {
  const copy = join(temporary, `gax-${gax}`);
  const files = runOrThrow('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], root).split('\0');
  for (const file of files.filter((name) => name !== '')) copyInto(copy, file);
  copyInto(copy, 'node_modules');
  if (!existsSync(join(copy, 'node_modules'))) runOrThrow('npm', ['ci', ...quiet], copy);
  const sets = readdirSync(join(copy, 'test', 'installed'));
  for (const set of sets) copyInto(copy, join('test', 'installed', set, 'node_modules'));
  // Generated clients that need another version have it in their own node_modules. By this version of Node.js: npm leaves an
  // optional dependency out that does not support its own.
  runOrThrow('npm', ['install', '--no-save', ...quiet, `google-gax@${gax}`], copy, path);
  if (!installedGax(copy).startsWith(`${gax}.`)) throw new Error(`google-gax is ${installedGax(copy)}, not ${gax}`);
  return copy;
}

/** Copies a file or a folder of the working tree, if it is there. */
function copyInto(copy: string, path: string): void {
  if (!existsSync(join(root, path))) return;
  cpSync(realpathSync(join(root, path)), join(copy, path), { recursive: true, verbatimSymlinks: true });
}

function installedGax(copy: string): string {
  const manifest = readFileSync(join(copy, 'node_modules', 'google-gax', 'package.json'), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

/** The folder of a Node binary, which the npm package `node` installs. */
function nodeBin(major: number): string {
  const folder = join(temporary, `node-${major}`);
  mkdirSync(folder, { recursive: true });
  if (!existsSync(join(folder, 'node_modules')))
    runOrThrow('npm', ['install', '--prefix', folder, ...quiet, `node@${major}`], folder);
  return join(folder, 'node_modules', 'node', 'bin');
}

function runOrThrow(command: string, args: string[], cwd: string, path = ''): string {
  const { status, output } = run(command, args, cwd, path);
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${output}`);
  return output;
}

function run(command: string, args: string[], cwd: string, path = ''): { status: number | null; output: string } {
  const env = { ...process.env, PATH: [path, process.env.PATH].join(delimiter) };
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, env, encoding: 'utf8', maxBuffer: 2 ** 28 });
  return { status, output: stdout + stderr };
}
