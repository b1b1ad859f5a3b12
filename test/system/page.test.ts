import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from '@jest/globals';
import { build, type Metafile } from 'esbuild';
import { Code } from '../../src/index.js';
import { OperationsEmulator } from '../../src/testing/index.js';

// The package bundled for browsers. Node runs the bundle, as it has the browser APIs that the package uses.

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'longrunning-page-'));
writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function bundle(program: string, form: string): Promise<{ page: string; outputs: Metafile['outputs'] }> {
  const { metafile } = await build({
    stdin: { contents: program, resolveDir: root },
    bundle: true,
    minify: true,
    splitting: form === 'several files',
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    absWorkingDir: root,
    outdir: relative(root, join(folder, form)),
    metafile: true,
    logLevel: 'error',
  });
  const { outputs } = metafile;
  return { page: Object.keys(outputs).find((file) => outputs[file]!.entryPoint !== undefined)!, outputs };
}

const run = (page: string, ...args: string[]) => promisify(execFile)(process.execPath, [join(root, page), ...args]);

describe.each(['several files', 'one file'])('a page bundled into %s', (form) => {
  it('waits over REST', async () => {
    const { page } = await bundle(
      `import { constantBackoff, OperationsClient } from 'longrunning';
      import { restTransport } from 'longrunning/rest';
      const [apiEndpoint, name] = process.argv.slice(2);
      const polling = { backoff: constantBackoff(1), retry: { initialDelayMs: 1 } };
      await using client = new OperationsClient({ transport: restTransport({ apiEndpoint }), polling });
      const { json } = await client.poller(name).promise();
      console.log(json.value);`,
      form,
    );
    await using emulator = new OperationsEmulator();
    const typeUrl = 'type.googleapis.com/google.protobuf.Int32Value';
    const json = { '@type': typeUrl, value: 42 };
    const { name } = emulator.start({ durationMs: 20, response: { typeUrl, json } });
    emulator.injectFault({ method: 'getOperation', times: 1, status: { code: Code.UNAVAILABLE, message: 'busy' } });
    const { stdout, stderr } = await run(page, `http://127.0.0.1:${await emulator.listenHttp()}`, name);
    expect({ stdout, stderr }).toEqual({ stdout: '42\n', stderr: '' });
    expect(emulator.calls.length).toBeGreaterThan(1);
  });
});
