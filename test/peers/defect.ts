import { readFileSync } from 'node:fs';
import { expect, jest } from '@jest/globals';

/** The versions of the peers in which the defects were seen. */
const seenIn = {
  '@azure/core-lro': ['3.3.1', '3.4.2'],
  '@smithy/util-waiter': ['4.6.2'],
  'google-gax': ['5.0.8', '6.17.0'],
} as const;

type Peer = keyof typeof seenIn;

/**
 * Whether a peer is installed in a version in which its defects were seen. A later one may have mended them, and is left
 * alone: it never decides about this package.
 */
export function isKnown<P extends Peer>(
  peer: P,
  versions: readonly (typeof seenIn)[P][number][] = seenIn[peer],
): boolean {
  const manifest = readFileSync(new URL(`../../node_modules/${peer}/package.json`, import.meta.url), 'utf8');
  const { version } = JSON.parse(manifest) as { version: string };
  return (versions as readonly string[]).includes(version);
}

/**
 * Runs the second half of a test in virtual time: the same with a peer, which does it wrong. What the first half has left
 * behind is an error, what the second one has is cleared away.
 *
 * @param versions - those of the peer that it was seen in, if not in all that are known.
 */
export async function defectOf<P extends Peer>(
  peer: P,
  show: () => Promise<void>,
  versions?: readonly (typeof seenIn)[P][number][],
): Promise<void> {
  expect(jest.getTimerCount()).toBe(0);
  if (!isKnown(peer, versions)) return;
  try {
    await show();
  } finally {
    jest.clearAllTimers();
  }
}
