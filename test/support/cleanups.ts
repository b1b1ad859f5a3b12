import { afterEach } from '@jest/globals';

/** Functions that close what the running test has opened. They run after it, the last one first. */
export function useCleanups(): (() => unknown)[] {
  const cleanups: (() => unknown)[] = [];
  afterEach(async () => {
    for (const close of cleanups.splice(0).reverse()) await close();
  });
  return cleanups;
}
