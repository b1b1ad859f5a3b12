import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build, type Plugin } from 'esbuild';

// Dynamic imports are loaded only when they are needed, so they do not count.
const externalizeDynamicImports: Plugin = {
  name: 'externalize-dynamic-imports',
  setup(build) {
    build.onResolve({ filter: /./ }, ({ kind, path }) =>
      kind === 'dynamic-import' ? { path, external: true } : undefined,
    );
  },
};

/** What a file of the project with all its static imports adds to a page, bundled, minified and gzipped, in bytes. */
export async function gzippedSize(entry: string, external: string[] = [], plugins: Plugin[] = []): Promise<number> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(`../${entry}`, import.meta.url))],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    write: false,
    logLevel: 'error',
    external,
    plugins: [externalizeDynamicImports, ...plugins],
  });
  return gzipSync(outputFiles[0]!.contents, { level: 9 }).length;
}
