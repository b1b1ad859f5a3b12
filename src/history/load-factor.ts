/** The default schedule raises the price of a request if the client waits for more operations than this, up to four times. */
const fullRateWaits = 20;
const maxDoublings = 2;

/** By how much the price of a request is higher under a load: a power of two, so that few tables serve any load. */
export function loadFactor(activeWaits: number): number {
  const doublings = Math.round(Math.log2(Math.max(1, activeWaits / fullRateWaits)));
  return 2 ** Math.min(doublings, maxDoublings);
}
