import { loadOf } from '../polling/default-law.js';

/** By how much the price of a request is higher under a load: a power of two, so that few tables serve any load. */
export function loadFactor(activeWaits: number): number {
  return 2 ** Math.round(Math.log2(loadOf(activeWaits)));
}
