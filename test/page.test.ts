import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from '@jest/globals';
import { build, type Metafile } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'longrunning-page-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// Asks three times and fails once.
const program = `
import { Code, constantBackoff, OperationsClient, RequestError } from 'longrunning';
const name = 'operations/1';
const failed = new RequestError({
  method: 'GetOperation', operationName: name, origin: 'service',
  status: { code: Code.UNAVAILABLE, message: '', details: [] },
});
const answers = [{ name, done: false }, failed, { name, done: true, response: { typeUrl: 'a/b.C', json: 42 } }];
const getOperation = async () => {
  const answer = answers.shift();
  if (answer instanceof Error) throw answer;
  return answer;
};
const client = new OperationsClient({
  transport: { getOperation },
  polling: { backoff: constantBackoff(1), retry: { initialDelayMs: 1 } },
});
console.log((await client.poller(name).promise()).json);
`;

it.each(['several files', 'one file'])('a page waits with what a bundler makes of the package: %s', async (form) => {
  const { metafile } = await build({
    stdin: { contents: program, resolveDir: root },
    bundle: true,
    minify: true,
    splitting: form === 'several files',
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    outdir: join(folder, form),
    metafile: true,
    logLevel: 'error',
  });
  const [page] = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint !== undefined)!;
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  const { stdout, stderr } = spawnSync(process.execPath, [page], { encoding: 'utf8' });
  expect({ stdout, stderr }).toEqual({ stdout: '42\n', stderr: '' });
  const loaded = atOnce(page, metafile.outputs).map((file) => readFileSync(file, 'utf8'));
  expect(loaded.some((text) => text.includes('wait-failed'))).toBe(form === 'one file');
});

/** A file and those that it loads before it runs. */
function atOnce(file: string, outputs: Metafile['outputs']): string[] {
  const { imports } = outputs[file]!;
  return [file, ...imports.flatMap(({ path, kind }) => (kind === 'import-statement' ? atOnce(path, outputs) : []))];
}
