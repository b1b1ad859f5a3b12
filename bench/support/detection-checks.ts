// The promises that bench/detection.ts checks.
import { medians, rttMs, type Figures, type Median } from './detection-figures.js';
import type { Observation } from './scripted-operations.js';

/** What was measured. */
export interface Measurements {
  readonly figures: readonly Figures[];
  readonly observations: ReadonlyMap<string, readonly Observation[]>;
  readonly measured: readonly Median[];
  /** The age at which the end of an operation of 22 s was detected whose first poll got no response. */
  readonly knownMs: number;
}

/** Records a failure unless the condition holds. */
type Expect = (condition: boolean, message: string) => void;

/** The most requests, and the longest mean delay in milliseconds. */
type Bar = readonly [requests: number, delayMs: number];

const defaultBars: Partial<Record<Median, Bar>> = {
  '30 s': [14, 2900],
  '90 s': [22, 5000],
  '3 min': [31, 7200],
  '5 min': [39, 9200],
  '1 h': [130, 31_000],
};

const expectationBars: readonly (readonly [client: string, bar: Bar])[] = [
  ['longrunning, expects T', [13, 2500]],
  ['longrunning, expects T / 2', [32, 5000]],
  // Detected at half of what was expected.
  ['longrunning, expects 3 T', [3, 50_000]],
];

/** The loops whose interval happens to fit: they have fewer requests and less delay than the default. */
const fittingLoops: Partial<Record<Median, readonly string[]>> = {
  // @azure/core-lro is a loop of two seconds.
  '10 s': ['every 2 s', '@azure/core-lro'],
  '30 s': ['every 5 s'],
  '90 s': ['every 5 s'],
  '3 min': ['every 10 s'],
};

const peers = ['google-gax', '@azure/core-lro', '@smithy/util-waiter', 'every 2 s', 'every 5 s', 'every 10 s'];

/** The expectations that do not hold. */
export function findFailures({ figures, observations, measured, knownMs }: Measurements): string[] {
  const failures: string[] = [];
  for (const duration of measured) {
    const expect: Expect = (condition, message) => {
      if (!condition) failures.push(`${duration}${message}`);
    };
    const figuresOf = (client: string): Figures | undefined =>
      figures.find((one) => one.client === client && one.duration === duration);
    const seenBy = (client: string): readonly Observation[] => observations.get(`${client} ${duration}`)!;
    checkAgainstPeers(duration, figuresOf, expect);
    checkBars(duration, figuresOf, expect);
    checkUncapped(seenBy('longrunning, uncapped 10 %'), expect);
    checkServerWaits(figuresOf('longrunning, server waits')!, seenBy('longrunning, server waits'), expect);
    checkProgress(duration, figuresOf, expect);
  }
  if (knownMs > 42_000) failures.push(`a hung poll: the end at 22 s was detected after ${knownMs} ms`);
  return failures;
}

type FiguresOf = (client: string) => Figures | undefined;

function checkAgainstPeers(duration: Median, figuresOf: FiguresOf, expect: Expect): void {
  const plain = figuresOf('longrunning')!;
  if (medians[duration] < 10_000 || medians[duration] > 180_000) return;
  for (const client of peers) {
    const peer = figuresOf(client);
    if (!peer || fittingLoops[duration]?.includes(client)) continue;
    const isBeaten = peer.requests < plain.requests && peer.meanDelayMs < plain.meanDelayMs;
    expect(!isBeaten, `: ${client} has both fewer requests and less delay`);
  }
}

function checkBars(duration: Median, figuresOf: FiguresOf, expect: Expect): void {
  const bars = [
    ...(defaultBars[duration] ? [['longrunning', defaultBars[duration]] as const] : []),
    ...(duration === '90 s' ? expectationBars : []),
  ];
  for (const [client, [maxRequests, maxDelayMs]] of bars) {
    const { requests, meanDelayMs } = figuresOf(client)!;
    expect(requests <= maxRequests, `, ${client}: ${requests.toFixed(1)} requests, more than ${maxRequests}`);
    expect(meanDelayMs <= maxDelayMs, `, ${client}: mean delay ${meanDelayMs.toFixed(0)} ms, more than ${maxDelayMs}`);
  }
}

function checkUncapped(seen: readonly Observation[], expect: Expect): void {
  for (const { durationMs, delayMs, requests } of seen) {
    const limitMs = Math.max(1000, 0.1 * durationMs) + rttMs;
    expect(delayMs <= limitMs, `, uncapped: the end of ${durationMs} ms was detected after ${delayMs} ms`);
    const limit = 13 + 24.2 * Math.log10(durationMs / 10_000);
    const isWithinLimit = durationMs < 10_000 || requests <= limit;
    expect(isWithinLimit, `, uncapped: ${requests} requests for ${durationMs} ms`);
  }
}

function checkServerWaits({ meanDelayMs }: Figures, seen: readonly Observation[], expect: Expect): void {
  expect(meanDelayMs <= rttMs, `, server waits: mean delay ${meanDelayMs} ms`);
  for (const { durationMs, requests } of seen) {
    expect(requests <= 2 + durationMs / 30_000, `, server waits: ${requests} requests for ${durationMs} ms`);
  }
}

function checkProgress(duration: Median, figuresOf: FiguresOf, expect: Expect): void {
  const plain = figuresOf('longrunning')!;
  const withProgress = figuresOf('longrunning, with progress')!;
  const isPrecise = medians[duration] < 30_000 || withProgress.meanPercent <= 2;
  expect(isPrecise, `, with progress: mean delay ${withProgress.meanPercent.toFixed(2)} %`);
  const { requests } = withProgress;
  expect(requests <= plain.requests, `, with progress: ${requests} requests, without ${plain.requests}`);
}
