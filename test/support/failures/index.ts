import { addressFailures } from './addresses.js';
import { connectionFailures } from './connections.js';
import { credentialFailures } from './credentials.js';
import { googleGaxFailures } from './google-gax.js';
import { operationFailures } from './operations.js';
import { statusFailures } from './statuses.js';
import { waitFailures } from './waits.js';
import type { Failure } from './world.js';

/** The failures of docs/errors.md, in the order of its table: the wires of one failure together. */
export const failures: readonly Failure[] = groupByTitle([
  ...connectionFailures,
  ...addressFailures,
  ...credentialFailures,
  ...googleGaxFailures,
  ...statusFailures,
  ...operationFailures,
  ...waitFailures,
]);

function groupByTitle(ungrouped: readonly Failure[]): Failure[] {
  const titles = [...new Set(ungrouped.map(({ title }) => title))];
  return titles.flatMap((title) => ungrouped.filter((failure) => failure.title === title));
}
