// Builds dist/, unless it is up to date: the types file by file, the code bundled per subpath, with shared chunks. Loading
// a file costs about a millisecond, so an import of the package should not load thirty.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type BuildOptions } from 'esbuild';
import { entries, programs } from './entries.js';
import { fingerprint } from './fingerprint.js';

const root = fileURLToPath(new URL('..', import.meta.url));
/** Everything that the build depends on. npm writes the last file; it names the installed packages. */
const inputs = [
  'src',
  'package.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'scripts/build.ts',
  'scripts/entries.ts',
  'node_modules/.package-lock.json',
];
const stamp = join(root, 'node_modules', '.cache', 'longrunning', 'build');

const inputFingerprint = fingerprint(root, inputs);
if (readStamp() !== `${inputFingerprint} ${fingerprint(root, ['dist'])}`) {
  await buildDist();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, `${inputFingerprint} ${fingerprint(root, ['dist'])}`);
}

/** The fingerprints of the last build: of its inputs, and of dist/. */
function readStamp(): string | undefined {
  try {
    return readFileSync(stamp, 'utf8');
  } catch {
    return undefined;
  }
}

async function buildDist(): Promise<void> {
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const { status } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(1);
  const options: BuildOptions = {
    absWorkingDir: root,
    outbase: 'src',
    outdir: 'dist',
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'es2022',
    sourcemap: true,
    sourcesContent: false,
    logLevel: 'warning',
  };
  await build({
    ...options,
    entryPoints: entries().map(sourceOf),
    chunkNames: 'chunks/[name]-[hash]',
    splitting: true,
    packages: 'external',
  });
  // A program is one file with the packages that it uses, so that an installation has no more packages; without google-gax,
  // a dependency, which it loads when it is needed.
  await build({ ...options, entryPoints: programs().map(sourceOf), external: ['google-gax'] });
}

function sourceOf(file: string): string {
  return file.replace('dist/', 'src/').replace(/\.js$/, '.ts');
}
