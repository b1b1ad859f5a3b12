// `npm test`, with arguments for Jest: builds, and runs the suite. The type check runs beside both, as it uses one core, and
// tests wait half of the time; what it finds is printed last.
import { spawn } from 'node:child_process';

interface Outcome {
  readonly isOk: boolean;
  readonly output: string;
}

const typecheck = run('typecheck', [], 'pipe');
const build = await run('build', [], 'inherit');
const suite = build.isOk ? await run('test:jest', process.argv.slice(2), 'inherit') : build;
const { isOk, output } = await typecheck;
process.stdout.write(output);
console.log(isOk ? 'Types: no errors' : 'Types: FAILED');
if (!suite.isOk || !isOk) process.exitCode = 1;

/** Runs a script of package.json, whose output is that of this process, or is collected. */
function run(script: string, args: readonly string[], stdio: 'inherit' | 'pipe'): Promise<Outcome> {
  const command = ['run', '--silent', script, '--', ...args];
  const child = spawn('npm', command, { stdio: ['inherit', stdio, stdio], shell: process.platform === 'win32' });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data) => (output += String(data)));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ isOk: code === 0, output }));
  });
}
