// One run of a program as a process: `child.ts <file> <origin> <store>`. It keeps its token in a file, and writes the result.
// With `kill` as the last argument it is killed as soon as the token is saved: by itself, as a program that does not know the
// state of what it started polls at once.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { programs } from './all.js';

const [file, origin, store, kill] = process.argv.slice(2) as [string, string, string, string?];
const program = programs.find((one) => one.file === file)!;
const run = await program.connect(origin);
const result = await run({
  backoff: () => 1,
  load: () => (existsSync(store) ? readFileSync(store, 'utf8') : undefined),
  save(token) {
    if (!token) {
      rmSync(store);
      return;
    }
    writeFileSync(store, JSON.stringify(token));
    if (kill) process.kill(process.pid, 'SIGKILL');
  },
});
console.log(JSON.stringify({ result }));
process.exit();
