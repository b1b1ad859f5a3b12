import { defaultLaw, type PollingLaw } from '../polling/default-law.js';
import { PollClock } from './poll-clock.js';

/** The default's law at a price, with its clock. */
export interface PricedLaw {
  readonly law: PollingLaw;
  readonly clock: PollClock;
}

// From half a millisecond to nearly nine minutes.
const maxExponent = 40;
const laws = new Map<number, PricedLaw>();

/**
 * The law at about this price. Prices are rounded to powers of the fourth root of 2, so that a price that grows with the number of active
 * waits does not make a new table for each poller.
 */
export function lawFor(requestPriceMs: number): PricedLaw {
  const exponent = Math.min(Math.max(Math.round(4 * Math.log2(requestPriceMs / 500)), -maxExponent), maxExponent);
  let law = laws.get(exponent);
  if (!law) {
    const rounded = defaultLaw(500 * 2 ** (exponent / 4));
    laws.set(exponent, (law = { law: rounded, clock: new PollClock(rounded) }));
  }
  return law;
}
