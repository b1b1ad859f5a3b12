// Packs the package as npm publishes it, and checks the tarball: its list of files, publint and attw, and a project that
// installs it, compiles against its types and runs.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { entries, programs } from './entries.js';
import { noticesFile } from './notices.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const temporary = mkdtempSync(join(tmpdir(), 'longrunning-package-'));
try {
  const { filename, files } = pack();
  const tarball = join(temporary, filename);
  checkFiles(files.map(({ path }) => path));
  run('publint', ['--strict', tarball]);
  run('attw', [tarball, '--no-definitely-typed', '--format', 'ascii', '--no-color']);
  console.log('package: publint and attw report no problem');
  checkConsumer(tarball);
} finally {
  rmSync(temporary, { recursive: true, force: true });
}

function pack(): { filename: string; files: { path: string }[] } {
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', temporary];
  const [packed] = JSON.parse(run('npm', args).stdout) as [ReturnType<typeof pack>];
  return packed;
}

/** Checks that the tarball has the code and the types of each subpath, twice, shared chunks, and npm's files; nothing else. */
function checkFiles(actual: string[]): void {
  const stems = entries().map((file) => file.replace(/\.js$/, ''));
  const code = [...stems, 'dist/no-google-gax'].flatMap((stem) => [`${stem}.js`, `${stem}.cjs`]);
  const types = stems.flatMap((stem) => [`${stem}.d.ts`, `${stem}.d.cts`]);
  const texts = ['CHANGELOG.md', 'LICENSE', 'README.md', 'llms.txt', 'skills/longrunning/SKILL.md'];
  const expected = [...texts, noticesFile, 'package.json', ...code, ...types, ...programs()];
  const missing = expected.filter((file) => !actual.includes(file));
  const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' });
  const internalTypes = sources.map((file) => `dist/${file.replace(/\.ts$/, '.d.cts')}`);
  const chunk = /^dist\/chunks\/[\w-]+\.c?js$/;
  const unexpected = actual.filter((file) => ![...expected, ...internalTypes].includes(file) && !chunk.test(file));
  for (const file of missing) console.error(`Missing from the package: ${file}`);
  for (const file of unexpected) console.error(`Unexpected in the package: ${file}`);
  if (missing.length + unexpected.length > 0) throw new Error('The package has the wrong files');
  console.log(`package: ${actual.length} files, as expected`);
}

function checkConsumer(tarball: string): void {
  const consumer = join(temporary, 'consumer');
  cpSync(join(root, 'test', 'fixtures', 'consumer'), consumer, { recursive: true });
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    devDependencies: Record<string, string>;
  };
  writeFileSync(join(consumer, 'package.json'), JSON.stringify({ private: true }));
  const install = (...packages: string[]): void => {
    run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error', ...packages], consumer);
  };
  const pinned = (name: string): string => `${name}@${devDependencies[name]!}`;
  install(tarball, pinned('@types/node'));
  // First without the optional peer dependencies, then with them.
  checkPrograms(consumer, ['esm.mts', 'cjs.cts']);
  checkProgram(consumer);
  install(pinned('@bufbuild/protobuf'));
  checkPrograms(consumer, ['protobuf-es.mts']);
  install(pinned('@connectrpc/connect'));
  checkPrograms(consumer, ['connect.mts']);
}

/** Runs the command line as npm installs it. */
function checkProgram(consumer: string): void {
  const { stdout } = run(join(consumer, 'node_modules', '.bin', 'longrunning'), ['--help'], consumer);
  if (!stdout.startsWith('Usage: longrunning')) throw new Error(`The command line printed:\n${stdout}`);
  console.log('package: the command line runs');
}

/** Compiles and runs programs that import the package. */
function checkPrograms(consumer: string, programs: string[]): void {
  // Library types are checked too. Errors in the types of other packages are ignored.
  const options =
    '--strict --target es2022 --module nodenext --types node --skipLibCheck false --outDir out --pretty false';
  const tsc = spawn('tsc', [...options.split(' '), ...programs], consumer);
  const problems = tsc.stdout.split('\n').filter((line) => line.includes('error TS'));
  const errors = problems.filter(
    (line) => !line.startsWith('node_modules/') || line.startsWith('node_modules/longrunning/'),
  );
  if (errors.length > 0) throw new Error(`A program that imports the package does not compile:\n${errors.join('\n')}`);
  console.log(`package: a consumer compiles (${problems.length} errors in the types of other packages)`);

  for (const file of programs.map((program) => program.replace(/ts$/, 'js'))) {
    const { stderr } = run(process.execPath, [join('out', file)], consumer);
    if (stderr !== '') throw new Error(`${file} printed warnings:\n${stderr}`);
    console.log(`package: a consumer runs (${file})`);
  }
}

function run(command: string, args: string[], cwd = root): { stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawn(command, args, cwd);
  if (status !== 0) throw new Error(`${command} failed:\n${stdout}${stderr}`);
  return { stdout, stderr };
}

/** Runs a command in any folder, with the commands of this project's development dependencies on the PATH. */
function spawn(command: string, args: string[], cwd = root): { status: number | null; stdout: string; stderr: string } {
  const PATH = [join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter);
  return spawnSync(command, args, { cwd, encoding: 'utf8', env: { ...process.env, PATH } });
}
