import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DemoContext } from '../setup.js';
import { code, heading, note, result } from '../terminal.js';
import type { Resumed } from '../second-process.js';

/** Resumes the aborted wait in another process, over another transport. */
export async function resume({ httpPort, signal }: DemoContext, token: string): Promise<void> {
  heading('5  Resume the wait in a second process, over HTTP');
  code('const client = new OperationsClient({ transport: restTransport({ apiEndpoint }) });');
  code('client.resume(JSON.parse(await readFile(file)), exportAgent).promise();');
  note(`the token: ${token.length} bytes of JSON with ${Object.keys(JSON.parse(token) as object).join(', ')}`);

  const folder = await mkdtemp(join(tmpdir(), 'longrunning-demo-'));
  try {
    const file = join(folder, 'token.json');
    await writeFile(file, token);
    const child = fork(new URL('../second-process.ts', import.meta.url), [file, String(httpPort)], { signal });
    let resumed: Resumed | undefined;
    child.once('message', (message) => (resumed = message as Resumed));
    const [exitCode] = (await once(child, 'close')) as [number | null];
    assert(exitCode === 0 && resumed);
    assert.notEqual(resumed.pid, process.pid);
    assert.equal(resumed.response.agentUri, 'gs://demo-exports/overnight.blob');
    result(`process ${resumed.pid} got ${resumed.response.agentUri} after ${resumed.polls} GetOperation`);
  } finally {
    await rm(folder, { recursive: true });
  }
}
