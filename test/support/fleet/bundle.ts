import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** A program of this folder as one file with all packages in it, which starts several times as fast as its source. */
export interface ProgramFile {
  readonly path: string;
  remove(): void;
}

/** Bundles a program of this folder, on the build in dist/. */
export async function bundleProgram(name: string): Promise<ProgramFile> {
  const folder = mkdtempSync(join(tmpdir(), 'longrunning-fleet-'));
  const path = join(folder, `${name}.mjs`);
  await build({
    entryPoints: [fileURLToPath(new URL(`${name}.ts`, import.meta.url))],
    outfile: path,
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['#google-gax'],
    // Packages in CommonJS, and what BullMQ computes from the name of its file.
    banner: {
      js: [
        "import { createRequire } from 'node:module';",
        'const require = createRequire(import.meta.url);',
        'const [__filename, __dirname] = [import.meta.filename, import.meta.dirname];',
      ].join('\n'),
    },
    logLevel: 'warning',
  });
  return { path, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
