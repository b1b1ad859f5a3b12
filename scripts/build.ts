// Builds dist/, unless it is up to date: the types file by file, the code bundled per subpath, with shared chunks, as ES
// modules and as CommonJS. Loading a file costs about a millisecond, so an import of the package should not load thirty.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transform, type BuildOptions, type Metafile, type TransformOptions } from 'esbuild';
import { entries, peers, programs, stemOf } from './entries.js';
import { fingerprint } from './fingerprint.js';
import { writeTypes } from './build-types.js';
import { bundledFolders, noticesFile, noticesOf } from './notices.js';

const root = fileURLToPath(new URL('..', import.meta.url));
/** Everything that the build depends on. npm writes the last file; it names the installed packages. */
const inputs = [
  'src',
  'package.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'scripts/build.ts',
  'scripts/build-types.ts',
  'scripts/entries.ts',
  'scripts/notices.ts',
  'node_modules/.package-lock.json',
];
const stamp = join(root, 'node_modules', '.cache', 'longrunning', 'build');

/** What `#google-gax` of package.json is outside of Node.js. */
const noGoogleGax = { in: 'src/transports/no-google-gax.ts', out: 'no-google-gax' };

const common: BuildOptions = {
  absWorkingDir: root,
  outbase: 'src',
  outdir: 'dist',
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'es2022',
  preserveSymlinks: true, // the output names no folder outside of the project, wherever the packages are
  logLevel: 'warning',
};
/** Fewer bytes, but with names and lines: stack traces stay readable. */
const compact = { minifyWhitespace: true, minifySyntax: true, lineLimit: 120 };
const subpaths: BuildOptions = {
  ...common,
  entryPoints: [...entries().map((file) => ({ in: sourceOf(file), out: stemOf(file) })), noGoogleGax],
  chunkNames: 'chunks/[name]-[hash]',
  splitting: true,
};

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
  writeTypes(join(root, 'dist'));
  await build({ ...subpaths, packages: 'external', external: ['#google-gax'] });
  const commonJs = await buildCommonJs();
  // A program is one file with the packages that it uses, so that an installation has no more packages; without google-gax,
  // a dependency, which it loads when it is needed.
  const programFiles = programs().map((file) => ({ in: sourceOf(file), out: stemOf(file) }));
  // Without the names of the sources, a third smaller: an installation may be 2 MB.
  const smallest = { ...compact, minifyIdentifiers: true };
  const program: BuildOptions = { ...common, ...smallest, entryPoints: programFiles, external: ['#google-gax'] };
  const { metafile } = await build({ ...program, metafile: true });
  writeFileSync(join(root, noticesFile), noticesOf(root, bundledFolders([commonJs, metafile])));
}

/**
 * The same files as CommonJS: esbuild shares chunks between ES modules only, so each of them is transformed. p-retry is in
 * them, as it is an ES module. Returns what they contain.
 */
async function buildCommonJs(): Promise<Metafile> {
  const external = ['#google-gax', ...peers().flatMap((name) => [name, `${name}/*`])];
  const outExtension = { '.js': '.cjs' };
  const { outputFiles, metafile } = await build({ ...subpaths, external, outExtension, write: false, metafile: true });
  for (const { path, text } of outputFiles) {
    // Jest runs CommonJS without support for import().
    const supported = { 'dynamic-import': false };
    const options: TransformOptions = { ...compact, target: 'es2022', format: 'cjs', platform: 'node', supported };
    const { code } = await transform(text, { ...options, banner: "'use strict';" });
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, code);
  }
  return metafile;
}

/** The source of a file of dist/. */
function sourceOf(file: string): string {
  return file.replace('dist/', 'src/').replace(/\.js$/, '.ts');
}
