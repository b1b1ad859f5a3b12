// What bench/detection.ts measures, and at which durations.

export const rttMs = 50;

export const medians = {
  '2 s': 2_000,
  '10 s': 10_000,
  '30 s': 30_000,
  '90 s': 90_000,
  '3 min': 180_000,
  '5 min': 300_000,
  '20 min': 1_200_000,
  '1 h': 3_600_000,
  '10 h': 36_000_000,
};
export type Median = keyof typeof medians;

/** The measurements of one client at one duration. */
export interface Figures {
  readonly client: string;
  readonly duration: Median;
  readonly requests: number;
  readonly meanPercent: number;
  readonly p95Percent: number;
  readonly maxPercent: number;
  readonly meanDelayMs: number;
  /** How often the least possible delay for so many requests; undefined where that is not computed. */
  readonly ofLimit: number | undefined;
}
