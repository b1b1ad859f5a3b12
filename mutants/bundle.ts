import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { build, type Plugin } from 'esbuild';

/** Instrumented sources, by their path from the root. */
export type Instrumented = ReadonlyMap<string, string>;

/**
 * Bundles a test file with the client's sources, as the body of a function of `require` and `exports`. Packages are
 * required when it runs.
 */
export async function bundleTest(root: string, test: string, instrumented: Instrumented): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [test],
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    target: 'node20.19',
    supported: { 'dynamic-import': false },
    ignoreAnnotations: true,
    logLevel: 'error',
    plugins: [ownSources(root, instrumented)],
  });
  return outputFiles[0]!.text;
}

/** Bundles what runs in a process, so that a new one starts quickly. */
export async function bundleWorker(root: string, outfile: string): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints: ['mutants/worker.ts'],
    outfile,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20.19',
    packages: 'external',
    logLevel: 'error',
  });
}

/** Packages that have no default export for `require`. */
const inlined = ['p-retry', 'is-network-error'];

/** Resolves the package's own names to its sources, and loads those that are instrumented. */
function ownSources(root: string, instrumented: Instrumented): Plugin {
  return {
    name: 'own-sources',
    setup(build) {
      build.onResolve({ filter: /^longrunning(\/|$)/ }, ({ path }) => ({
        path: join(root, path.replace('longrunning', 'src'), 'index.ts'),
      }));
      build.onResolve({ filter: /^[#@a-z]/ }, ({ path }) =>
        inlined.includes(path) ? undefined : { path, external: true },
      );
      build.onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const file = relative(root, path);
        const contents = instrumented.get(file) ?? readFileSync(path, 'utf8');
        const url = JSON.stringify(`file://${path}`);
        return { contents: contents.replaceAll('import.meta.url', url), loader: 'ts' };
      });
    },
  };
}
