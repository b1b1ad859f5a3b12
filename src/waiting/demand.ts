/** What one waiter needs. */
export interface WaiterNeeds {
  /** When it stops waiting; undefined: it has no limit. */
  readonly deadlineMs: number | undefined;
  /** Whether it wants each change of state, not only the outcome. */
  readonly wantsProgress: boolean;
}

/** What the waiters need together. Times are on the monotonic clock; `Infinity`: no limit. */
export interface Demand {
  readonly firstDeadlineMs: number;
  readonly lastDeadlineMs: number;
  readonly wantsProgress: boolean;
}

/** The demand of waiters without deadlines that want only the outcome: one object for all plans. */
export const plainDemand: Demand = { firstDeadlineMs: Infinity, lastDeadlineMs: Infinity, wantsProgress: false };

/** The demand with one more waiter. */
export function mergeDemand(demand: Demand | undefined, { deadlineMs = Infinity, wantsProgress }: WaiterNeeds): Demand {
  if (!demand) return { firstDeadlineMs: deadlineMs, lastDeadlineMs: deadlineMs, wantsProgress };
  return {
    firstDeadlineMs: Math.min(demand.firstDeadlineMs, deadlineMs),
    lastDeadlineMs: Math.max(demand.lastDeadlineMs, deadlineMs),
    wantsProgress: demand.wantsProgress || wantsProgress,
  };
}
