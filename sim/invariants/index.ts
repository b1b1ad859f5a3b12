import { abortAtOnce } from './abort-at-once.js';
import { budgetExact } from './budget-exact.js';
import { closedAtOnce } from './closed-at-once.js';
import { exactlyOnce } from './exactly-once.js';
import { failureHasCause } from './failure-has-cause.js';
import { forwardOnly } from './forward-only.js';
import type { Invariant } from './invariant.js';
import { knownErrors } from './known-errors.js';
import { noCredential } from './no-credential.js';
import { noRequestWithoutWaiter } from './no-request-without-waiter.js';
import { noStrayError } from './no-stray-error.js';
import { notBeforeTrue } from './not-before-true.js';
import { nothingLeft } from './nothing-left.js';
import { oneAtATime } from './one-at-a-time.js';
import { rateKept } from './rate-kept.js';
import { serverFloor } from './server-floor.js';
import { startsOnce } from './starts-once.js';
import { trueOutcome } from './true-outcome.js';
import { withinSchedule } from './within-schedule.js';

/** What must hold in every run. */
export const invariants: readonly Invariant[] = [
  trueOutcome,
  exactlyOnce,
  notBeforeTrue,
  forwardOnly,
  abortAtOnce,
  budgetExact,
  closedAtOnce,
  noRequestWithoutWaiter,
  nothingLeft,
  oneAtATime,
  withinSchedule,
  serverFloor,
  rateKept,
  startsOnce,
  failureHasCause,
  knownErrors,
  noStrayError,
  noCredential,
];
