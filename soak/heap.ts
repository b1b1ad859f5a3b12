import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** The heap in use after a garbage collection, in bytes. */
export function usedHeap(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}
