// Installs the generated clients of test/installed, which are for tests only and would make `npm ci` slow:
// `npm run install:peers`. Each folder there has a package.json and a lock file of its own.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const sets = new URL('../test/installed/', import.meta.url);
for (const set of readdirSync(sets)) {
  const cwd = fileURLToPath(new URL(`${set}/`, sets));
  // The newest clients want a newer Node than 20, on which they work all the same.
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status } = spawnSync('npm', args, { cwd, stdio: 'inherit', shell: process.platform === 'win32' });
  if (status !== 0) throw new Error(`npm ${args.join(' ')} failed in ${cwd}`);
}
