// One run of a program as a process: `child.ts <file> <origin> <store> <delay of each poll in ms>`. It keeps its token in a
// file, and writes `saved` once that is there, and then the result.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { programs } from './all.js';

const [file, origin, store, delayMs] = process.argv.slice(2) as [string, string, string, string];
const program = programs.find((one) => one.file === file)!;
const run = await program.connect(origin);
const result = await run({
  backoff: () => Number(delayMs),
  load: () => (existsSync(store) ? readFileSync(store, 'utf8') : undefined),
  save(token) {
    if (!token) {
      rmSync(store);
      return;
    }
    writeFileSync(store, JSON.stringify(token));
    console.log('saved');
  },
});
console.log(JSON.stringify({ result }));
process.exit();
