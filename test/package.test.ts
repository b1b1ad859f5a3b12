import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { build, type Metafile } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  exports: Record<string, { default: string } | string>;
  imports: Record<string, unknown>;
  sideEffects: string[];
  dependencies: Record<string, string>;
  optionalDependencies: Record<string, string>;
  peerDependencies: Record<string, string>;
};
const built = Object.entries(manifest.exports).flatMap(([subpath, target]) =>
  typeof target === 'string' ? [] : [{ subpath, file: target.default.slice('./'.length) }],
);

// What the folders of src/ below may import; all others: anything but these folders.
const vocabulary = [
  'transport.ts',
  'status.ts',
  'errors.ts',
  'lro-error.ts',
  'decode-errors.ts',
  'any.ts',
  'arguments.ts',
  'is-promise.ts',
  'wire/',
  'rpc/timer-wheel.ts',
  'rpc/abort.ts',
  'rpc/call-options.ts',
];
const below: Record<string, string[]> = {
  transports: [...vocabulary, 'rpc/linked-list.ts'],
  grpc: [...vocabulary, 'transports/', 'rpc/linked-list.ts'],
  rest: [...vocabulary, 'transports/'],
  gax: [...vocabulary, 'operation.ts', 'transports/', 'grpc/', 'client.ts', 'poller.ts', 'polling/settings.ts'],
  custom: [
    ...vocabulary,
    'transports/',
    'rpc/to-request-error.ts',
    'rpc/sanitize-error.ts',
    'client.ts',
    'poller.ts',
    'waiting/wait.ts',
    'polling/settings.ts',
    'resume-token.ts',
  ],
  google: [...vocabulary, 'transports/', 'custom/', 'client.ts', 'poller.ts', 'polling/settings.ts', 'resume-token.ts'],
  connect: [...vocabulary, 'transports/', 'rpc/to-request-error.ts', 'rpc/sanitize-error.ts'],
  decoders: [...vocabulary, 'decoders.ts'],
  'protobuf-es': ['any.ts', 'arguments.ts', 'decoders/message-json.ts'],
  // The core has only its types, and the rules of its options, in polling/.
  history: ['arguments.ts', 'polling/duration-history.ts', 'polling/default-law.ts', 'polling/metadata.ts'],
  testing: [...vocabulary, 'transports/google-gax.ts'],
  // Built on what every user has.
  many: [
    'any.ts',
    'client.ts',
    'client-options.ts',
    'poller.ts',
    'polling/settings.ts',
    'operation.ts',
    'resume-token.ts',
    'transport.ts',
    'arguments.ts',
    'async-queue.ts',
    'rpc/timer-wheel.ts',
    'rpc/abort.ts',
    'waiting/wait.ts',
  ],
  'wait-for': [
    'arguments.ts',
    'custom/',
    'is-promise.ts',
    'many/',
    'poller.ts',
    'polling/settings.ts',
    'resume-token.ts',
    'rpc/timer-wheel.ts',
    'transports/as-record.ts',
    'waiting/wait.ts',
  ],
  otel: [
    'any.ts',
    'arguments.ts',
    'client.ts',
    'client-options.ts',
    'poller.ts',
    'operation.ts',
    'errors.ts',
    'status.ts',
    'transport.ts',
    'resume-token.ts',
    'polling/metadata.ts',
    'polling/settings.ts',
    'waiting/wait.ts',
    'gax/poller-from.ts',
  ],
  // Polls without pollers, for workers that keep no state of an operation between two polls.
  bullmq: [
    'any.ts',
    'arguments.ts',
    'client.ts',
    'coalescing/coalescer.ts', // loaded for clients that coalesce
    'decode-errors.ts',
    'errors.ts',
    'is-promise.ts',
    'many/settle-wait.ts',
    'operation.ts',
    'poller.ts',
    'polling/align.ts',
    'polling/settings.ts',
    'resume-token.ts',
    'rpc/call-promise.ts',
    'rpc/retry.ts',
    'rpc/timer-wheel.ts',
    'schedule/next-poll-delay.ts',
    'status.ts',
    'transport.ts',
    'waiting/operation-requests.ts', // how long a first request may take
  ],
  // What is pure in the core's polling.
  schedule: [
    'arguments.ts',
    'polling/backoff.ts',
    'polling/default-backoff.ts',
    'polling/duration-history.ts',
    'resume-token.ts',
  ],
  // A program on the whole package.
  cli: [
    ...vocabulary,
    'client.ts',
    'poller.ts',
    'operation.ts',
    'resume-token.ts',
    'polling/',
    'history/',
    'decoders/',
    'many/',
    'grpc/',
    'rest/',
    'transports/',
  ],
};

describe('the build', () => {
  it('has the seventeen subpaths', () => {
    expect(built.map(({ subpath }) => subpath)).toEqual([
      '.',
      './grpc',
      './rest',
      './gax',
      './custom',
      './google',
      './connect',
      './decoders',
      './protobuf-es',
      './testing',
      './wire',
      './many',
      './wait-for',
      './history',
      './otel',
      './bullmq',
      './schedule',
    ]);
    expect(built.filter(({ file }) => !existsSync(join(root, file)))).toEqual([]); // else: npm run build
  });

  it.each(built)('has ES modules, CommonJS and the types of both in $subpath', ({ subpath, file }) => {
    const path = `./${file.replace(/\.js$/, '')}`;
    expect(manifest.exports[subpath]).toEqual({
      require: { types: `${path}.d.cts`, default: `${path}.cjs` },
      types: `${path}.d.ts`,
      default: `${path}.js`,
    });
    const missing = ['.js', '.cjs', '.d.ts', '.d.cts'].filter((extension) => !existsSync(join(root, path + extension)));
    expect(missing).toEqual([]); // else: npm run build
  });

  it('reaches google-gax by a package import, which is another module outside of Node.js', async () => {
    const inputs = await bundle(built.map(({ file }) => file));
    const external = Object.values(inputs).flatMap(({ imports }) => imports.filter(({ external }) => external));
    const gax = external.filter(({ path }) => path.includes('google-gax')).map(({ path, kind }) => `${kind} ${path}`);
    expect([...new Set(gax)]).toEqual(['dynamic-import #google-gax']);
    const require = './dist/no-google-gax.cjs';
    const elsewhere = { node: 'google-gax', require, default: './dist/no-google-gax.js' };
    expect(manifest.imports).toEqual({ '#google-gax': elsewhere });
  });

  it.each(built)('loads no module of Node.js before a call needs it in $subpath', async ({ subpath, file }) => {
    const modules = (await staticImports(file)).filter((name) => name.startsWith('node:'));
    // Only gRPC and BullMQ, which are for Node.js only.
    expect(modules.filter(() => !['./grpc', './gax', './bullmq'].includes(subpath))).toEqual([]);
  });

  it('imports only p-retry in its core', async () => {
    expect(await staticImports('dist/index.js')).toEqual(['p-retry']);
  });

  it.each(built.slice(1))('imports at most p-retry and built-in modules in $subpath', async ({ subpath, file }) => {
    const packages = await staticImports(file);
    const peers: Record<string, string[]> = {
      './protobuf-es': ['@bufbuild/protobuf'],
      './connect': ['@bufbuild/protobuf', '@bufbuild/protobuf/wkt'],
      './otel': ['@opentelemetry/api'],
      './bullmq': ['bullmq'],
    };
    expect(packages.filter((name) => name !== 'p-retry' && !name.startsWith('node:'))).toEqual(peers[subpath] ?? []);
  });

  it.each(['decoders', 'history'])('imports nothing in ./%s', async (folder) => {
    expect(await staticImports(`dist/${folder}/index.js`)).toEqual([]);
  });

  it('has a program that imports only built-in modules, and google-gax when it is needed', async () => {
    const inputs = await bundle(['dist/cli/main.js']);
    const external = Object.values(inputs).flatMap(({ imports }) => imports.filter(({ external }) => external));
    const packages = external.filter(({ path }) => !path.startsWith('node:'));
    expect([...new Set(packages.map(({ path, kind }) => `${kind} ${path}`))]).toEqual(['dynamic-import #google-gax']);
    const text = readFileSync(join(root, 'dist/cli/main.js'), 'utf8');
    expect(text).toMatch(/^#!\/usr\/bin\/env node\n/);
  });

  it("loads the table of Google's services only by a dynamic import", async () => {
    const inputs = await bundle(['src/rest/index.ts']);
    const kinds = Object.values(inputs).flatMap(({ imports }) =>
      imports.filter(({ path }) => /service-(rules|table)\.ts$/.test(path)).map(({ path, kind }) => [path, kind]),
    );
    expect(kinds).toEqual([
      ['src/rest/service-table.ts', 'import-statement'], // by service-rules.ts
      ['src/rest/service-rules.ts', 'dynamic-import'],
    ]);
  });

  it('loads the coalescing only by a dynamic import', async () => {
    const inputs = await bundle(['src/index.ts']);
    const from = Object.entries(inputs).flatMap(([file, { imports }]) =>
      imports
        .filter(({ path }) => path === 'src/coalescing/coalescer.ts' || !file.startsWith('src/coalescing/'))
        .filter(({ path }) => path.startsWith('src/coalescing/'))
        .map(({ path, kind }) => [file, path, kind]),
    );
    expect(from).toEqual([
      ['src/coalescing/load-coalescer.ts', 'src/coalescing/coalescer.ts', 'dynamic-import'],
      ['src/client.ts', 'src/coalescing/load-coalescer.ts', 'import-statement'],
    ]);
  });

  it('imports exactly the dependencies and peer dependencies of package.json', async () => {
    const inputs = await bundle(built.map(({ file }) => file));
    const packages = Object.values(inputs)
      .flatMap(({ imports }) => imports.filter(({ external }) => external).map(({ path }) => path))
      .filter((path) => !path.startsWith('node:'))
      .map((path) => /^(?:@[^/]+\/)?[^/]+/.exec(path.replace(/^#/, ''))![0]);
    const { dependencies, optionalDependencies, peerDependencies } = manifest;
    expect([...new Set(packages)].sort()).toEqual(
      Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })
        .filter((name) => name !== '@connectrpc/connect') // the caller passes a transport of it; nothing is imported
        .sort(),
    );
  });
});

describe('the imports of src', () => {
  it('point down', () => {
    const files = sources(join(root, 'src'));
    expect(files.length).toBeGreaterThan(0);
    const up = files.flatMap(({ file, imports }) =>
      imports.filter((imported) => !mayImport(file, imported)).map((imported) => `${file} imports ${imported}`),
    );
    expect(up).toEqual([]);
  });

  it('have no cycle at run time', async () => {
    const entries = Object.keys(below).map((folder) => `src/${folder}/index.ts`);
    const inputs = await bundle(['src/index.ts', ...entries.filter((file) => existsSync(join(root, file)))]);
    expect(findCycle(inputs)).toBeUndefined();
  });
});

/** Whether a file of src/ may import another, types included: transports import the vocabulary, the core no transport. */
function mayImport(file: string, imported: string): boolean {
  const [folder, target] = [file, imported].map((path) => path.split('/')[0]!) as [string, string];
  if (folder === target) return true;
  return (
    below[folder]?.some((path) => imported === path || (path.endsWith('/') && imported.startsWith(path))) ??
    !(target in below)
  );
}

/** The files of a folder with their relative imports, types included. Paths are relative to the folder. */
function sources(folder: string): { file: string; imports: string[] }[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => {
      const text = readFileSync(join(folder, file), 'utf8');
      const specifiers = [...text.matchAll(/(?:\bfrom|\bimport\(|^import) ?'(\.[^']+)\.js'/gm)].map(
        (match) => match[1]!,
      );
      return { file, imports: specifiers.map((specifier) => join(dirname(file), `${specifier}.ts`)) };
    });
}

/** The packages that the file and its local imports import statically. */
async function staticImports(file: string): Promise<string[]> {
  const inputs = await bundle([file]);
  const packages = new Set<string>();
  const seen = new Set<string>();
  const visit = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    for (const edge of inputs[path]!.imports) {
      if (edge.kind === 'dynamic-import') continue;
      if (edge.external) packages.add(edge.path);
      else visit(edge.path);
    }
  };
  visit(file);
  return [...packages].sort();
}

/** The first import cycle at run time. */
function findCycle(inputs: Metafile['inputs']): string[] | undefined {
  const done = new Set<string>();
  const visit = (path: string, parents: string[]): string[] | undefined => {
    if (parents.includes(path)) return [...parents.slice(parents.indexOf(path)), path];
    if (done.has(path)) return undefined;
    for (const edge of inputs[path]?.imports ?? []) {
      const found = edge.external ? undefined : visit(edge.path, [...parents, path]);
      if (found) return found;
    }
    done.add(path);
    return undefined;
  };
  return Object.keys(inputs)
    .map((path) => visit(path, []))
    .find((found) => found);
}

async function bundle(files: string[]): Promise<Metafile['inputs']> {
  const { metafile } = await build({
    entryPoints: files,
    absWorkingDir: root,
    outdir: 'unwritten',
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    external: ['#google-gax'], // otherwise resolved, to google-gax
    ignoreAnnotations: true, // keeps imports for side effects, despite `sideEffects` in package.json
  });
  return metafile.inputs;
}
