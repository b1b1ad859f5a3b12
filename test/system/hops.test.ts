import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';

it('a wait crosses few files: scripts/count-hops.ts holds its limits', () => {
  const cwd = fileURLToPath(new URL('../..', import.meta.url));
  const args = ['--import', './scripts/ts.js', 'scripts/count-hops.ts', '--check'];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8' });
  expect({ status, output: stdout + stderr }).toMatchObject({ status: 0 });
});
