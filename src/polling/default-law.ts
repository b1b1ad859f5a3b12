/** A schedule by which a poller polls when nothing is known about an operation but its age. A pure function of the age. */
export interface PollingLaw {
  /** The age at the first poll of a new operation, in milliseconds, on average. */
  readonly firstPollMs: number;
  /** The delay from a poll at this age until the next one, in milliseconds. */
  delayMs(ageMs: number): number;
  /**
   * The lateness that matters as much as one unit of it, in milliseconds: lateness is divided by it, so that a second
   * matters less for an operation that takes longer.
   */
  latenessUnitMs(ageMs: number): number;
}

/** The bounds of a delay of the default schedule. */
export const minDelayMs = 400;
const maxDelayMs = 60_500;
const minLatenessUnitMs = 800;
/** How many operations a client can wait for before a request costs more, and how many times as much at most. */
const fullRateWaits = 20;
const maxLoad = 4;

/** By how much a request costs more, because a client waits for many operations. */
export function loadOf(activeWaits: number): number {
  return Math.min(Math.max(1, activeWaits / fullRateWaits), maxLoad);
}

/**
 * The delay of the law of the square root, within its bounds.
 *
 * @param ageShare - the most of the age that it may be.
 */
export function squareRootDelayMs(ageMs: number, requestPriceMs: number, ageShare = 0.35): number {
  const idealMs = Math.min(ageShare * ageMs, Math.sqrt(2 * requestPriceMs * ageMs));
  return Math.min(Math.max(idealMs, minDelayMs), maxDelayMs);
}

/**
 * The law of the square root: of an operation of age t, nothing is known but that its end is as likely in each e-fold of the
 * age. If a request is worth `requestPriceMs` of lateness, the delay `√(2 · requestPriceMs · t)` costs least. For short
 * operations lateness counts in relation to the age, which makes the delay a share of it.
 */
export function defaultLaw(requestPriceMs = 500): PollingLaw {
  return {
    firstPollMs: 1520,
    delayMs: (ageMs) => squareRootDelayMs(ageMs, requestPriceMs),
    latenessUnitMs: (ageMs) => Math.min(Math.max(ageMs, minLatenessUnitMs), 16 * requestPriceMs),
  };
}
