// Packs the package as npm would publish it, and checks the tarball: by publint and attw, by its list of files, and
// from within an empty project that installs it, type-checks against it and runs.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { entries } from './entries.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const temporary = mkdtempSync(join(tmpdir(), 'longrunning-package-'));
try {
  const { filename, files } = pack();
  const tarball = join(temporary, filename);
  checkFiles(files.map(({ path }) => path));
  run('publint', ['--strict', tarball]);
  run('attw', [tarball, '--profile', 'esm-only', '--no-definitely-typed', '--format', 'ascii', '--no-color']);
  console.log('package: publint and attw find nothing');
  checkConsumer(tarball);
} finally {
  rmSync(temporary, { recursive: true, force: true });
}

function pack(): { filename: string; files: { path: string }[] } {
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', temporary];
  const [packed] = JSON.parse(run('npm', args).stdout) as [ReturnType<typeof pack>];
  return packed;
}

/** Every source with its types, the code of each subpath and what they share, and what npm wants beside; nothing else, nothing missing. */
function checkFiles(actual: string[]): void {
  const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  const built = sources.flatMap((file) => {
    const stem = `dist/${file.slice(0, -'.ts'.length)}`;
    return [`src/${file}`, `${stem}.d.ts`, `${stem}.d.ts.map`];
  });
  const code = entries().flatMap((entry) => [entry, `${entry}.map`]);
  const expected = ['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json', ...built, ...code];
  const missing = expected.filter((file) => !actual.includes(file));
  const shared = /^dist\/chunks\/[\w-]+\.js(\.map)?$/;
  const unexpected = actual.filter((file) => !expected.includes(file) && !shared.test(file));
  for (const file of missing) console.error(`The package lacks ${file}`);
  for (const file of unexpected) console.error(`The package should not have ${file}`);
  if (missing.length + unexpected.length > 0) throw new Error('The package does not hold the files that it should');
  console.log(`package: ${actual.length} files, as they should be`);
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
  // Without the optional peer; then with it.
  checkPrograms(consumer, ['esm.mts', 'cjs.cts']);
  install(pinned('@bufbuild/protobuf'));
  checkPrograms(consumer, ['protobuf-es.mts']);
}

/** Compiles and runs programs that use the package. */
function checkPrograms(consumer: string, programs: string[]): void {
  // Library types are checked too; what they find in packages of others is not ours to mend.
  const options =
    '--strict --target es2022 --module nodenext --types node --skipLibCheck false --outDir out --pretty false';
  const tsc = spawn('tsc', [...options.split(' '), ...programs], consumer);
  const problems = tsc.stdout.split('\n').filter((line) => line.includes('error TS'));
  const ours = problems.filter(
    (line) => !line.startsWith('node_modules/') || line.startsWith('node_modules/longrunning/'),
  );
  if (ours.length > 0) throw new Error(`A program that uses the package does not compile:\n${ours.join('\n')}`);
  console.log(`package: a consumer compiles (${problems.length} problems in the types of other packages)`);

  for (const file of programs.map((program) => program.replace(/ts$/, 'js'))) {
    const { stderr } = run(process.execPath, [join('out', file)], consumer);
    if (stderr !== '') throw new Error(`${file} warned:\n${stderr}`);
    console.log(`package: a consumer runs (${file})`);
  }
}

function run(command: string, args: string[], cwd = root): { stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawn(command, args, cwd);
  if (status !== 0) throw new Error(`${command} failed:\n${stdout}${stderr}`);
  return { stdout, stderr };
}

/** With the commands of our own development dependencies, in whatever folder. */
function spawn(command: string, args: string[], cwd = root): { status: number | null; stdout: string; stderr: string } {
  const PATH = [join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter);
  return spawnSync(command, args, { cwd, encoding: 'utf8', env: { ...process.env, PATH } });
}
