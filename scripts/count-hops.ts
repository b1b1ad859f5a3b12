// How far a reader has to jump to follow one wait: logs the entry of each function of src/ during one promise(), and counts
// how often the file changes between one entry and the next. `-- --check` fails over the limits; `-- --trace` prints them.
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import ts from 'typescript';
import type * as longrunning from 'longrunning';

const root = fileURLToPath(new URL('..', import.meta.url));

/** One kind of wait: the answers to its requests, and the most changes of file and files that it may take. */
interface Scenario {
  readonly title: string;
  readonly method: 'getOperation' | 'waitOperation';
  readonly responses: readonly { readonly name: string; readonly done: boolean }[];
  readonly maxHops: number;
  readonly maxFiles: number;
}

const running = { name: 'operations/1', done: false };
const done = { name: 'operations/1', done: true };
const scenarios: readonly Scenario[] = [
  { title: 'one promise(), two polls', method: 'getOperation', responses: [running, done], maxHops: 55, maxFiles: 10 },
  { title: 'one WaitOperation', method: 'waitOperation', responses: [done], maxHops: 45, maxFiles: 13 },
];

/** Prepends a call to each function of a source file that reports its entry. */
function instrument(path: string): string {
  const text = readFileSync(path, 'utf8');
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
  const insertions: { at: number; text: string }[] = [];
  const visit = (node: ts.Node): void => {
    const { body } = node as { body?: ts.Node };
    if (ts.isFunctionLike(node) && body) {
      const name = (node.name as ts.Node | undefined)?.getText() ?? 'anonymous';
      const call = `globalThis.onFunctionEntry(${JSON.stringify(relative(root, path))}, ${JSON.stringify(name)})`;
      if (ts.isBlock(body)) insertions.push({ at: body.getStart() + 1, text: `${call};` });
      else insertions.push({ at: body.getStart(), text: `(${call}, ` }, { at: body.getEnd(), text: ')' });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  insertions.sort((a, b) => b.at - a.at);
  return insertions.reduce((result, { at, text }) => result.slice(0, at) + text + result.slice(at), text);
}

const instrumentSources: Plugin = {
  name: 'instrument-sources',
  setup(build) {
    build.onLoad({ filter: /\/src\/.*\.ts$/ }, ({ path }) => ({ contents: instrument(path), loader: 'ts' }));
  },
};

const directory = await mkdtemp(join(root, 'node_modules', '.count-hops-'));
try {
  const outfile = join(directory, 'index.mjs');
  await build({
    entryPoints: [join(root, 'src', 'index.ts')],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    plugins: [instrumentSources],
    logLevel: 'error',
  });
  const entries: { file: string; name: string }[] = [];
  let isRecording = false;
  Object.assign(globalThis, {
    onFunctionEntry: (file: string, name: string) => isRecording && entries.push({ file, name }),
  });
  const { OperationsClient } = (await import(pathToFileURL(outfile).href)) as typeof longrunning;
  for (const { title, method, responses, maxHops, maxFiles } of scenarios) {
    const left = [...responses];
    const transport = {
      [method]: () => Promise.resolve(left.shift()!),
      getOperation: () => Promise.resolve(left.shift()!),
      close: () => Promise.resolve(),
    } as unknown as longrunning.OperationsTransport;
    const client = new OperationsClient({ transport, polling: { backoff: () => 1 } });
    const poller = client.poller(running.name);
    entries.length = 0;
    isRecording = true;
    await poller.promise();
    isRecording = false;
    await client.close();
    const hops = entries.filter(({ file }, index) => index > 0 && file !== entries[index - 1]!.file).length;
    const files = new Set(entries.map(({ file }) => file)).size;
    console.log(
      `${title}: ${entries.length} functions entered, ${hops} changes of file (limit ${maxHops}), ${files} files (limit ${maxFiles})`,
    );
    if (process.argv.includes('--trace')) for (const { file, name } of entries) console.log(`  ${file} ${name}`);
    if (process.argv.includes('--check') && (hops > maxHops || files > maxFiles)) process.exitCode = 1;
  }
} finally {
  await rm(directory, { recursive: true });
}
