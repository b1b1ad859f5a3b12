// Jest's runner makes an AsyncLocalStorage for each file. One that was used is never left: until Node.js 24 each promise of a
// process is given the value of each of them, and keeps it. After a hundred files of a process this takes a good part of its
// time and memory, so that a file ends the storages of those before it.
import { AsyncLocalStorage } from 'node:async_hooks';

const shared = AsyncLocalStorage as { usedStorages?: Set<AsyncLocalStorage<unknown>> };
const used = (shared.usedStorages ??= collectUsed());
for (const storage of used) storage.disable();
used.clear();

/** Collects the storages that run a function. */
function collectUsed(): Set<AsyncLocalStorage<unknown>> {
  const storages = new Set<AsyncLocalStorage<unknown>>();
  const { prototype } = AsyncLocalStorage;
  const run = Reflect.get(prototype, 'run') as (...args: unknown[]) => unknown;
  prototype.run = function (this: AsyncLocalStorage<unknown>, ...args: unknown[]) {
    storages.add(this);
    return Reflect.apply(run, this, args);
  };
  return storages;
}
