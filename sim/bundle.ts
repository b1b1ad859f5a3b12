import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import type * as entry from './entry.js';

/** The simulation, with the client in it. */
export type Simulation = typeof entry;

/** A change of one source file of the client. */
export interface SourceChange {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

export const root = fileURLToPath(new URL('..', import.meta.url));

/** Where bundles are written, for the time that they are loaded. */
const folder = join(root, 'node_modules', '.cache', 'longrunning', `sim-${process.pid}`);
let bundles = 0;

/**
 * Bundles the simulation with the client's sources, and loads it.
 *
 * @param change - breaks the client.
 */
export async function bundleSimulation(change?: SourceChange): Promise<Simulation> {
  mkdirSync(folder, { recursive: true });
  const outfile = join(folder, `${++bundles}.mjs`);
  try {
    await build({
      absWorkingDir: root,
      entryPoints: ['sim/entry.ts'],
      outfile,
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20.19',
      sourcemap: 'inline',
      logLevel: 'warning',
      alias: {
        longrunning: './src/index.ts',
        'longrunning/many': './src/many/index.ts',
        'longrunning/history': './src/history/index.ts',
      },
      plugins: change ? [changing(change)] : [],
    });
    return (await import(pathToFileURL(outfile).href)) as Simulation;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Changes a source file while it is bundled. */
function changing({ file, from, to }: SourceChange): Plugin {
  return {
    name: 'change-source',
    setup(build) {
      build.onLoad({ filter: /\/src\/.*\.ts$/ }, ({ path }) => {
        const contents = readFileSync(path, 'utf8');
        if (relative(join(root, 'src'), path) !== file) return { contents, loader: 'ts' };
        if (contents.split(from).length !== 2) throw new Error(`${file} must contain once: ${from}`);
        return { contents: contents.replace(from, () => to), loader: 'ts' };
      });
    },
  };
}
