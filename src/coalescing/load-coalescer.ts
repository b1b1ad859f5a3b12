import type { ActiveLoop, ClientContext } from '../waiting/client-context.js';

/** Lets the first polls of a client wait until the coalescer is loaded, which then makes the polls. */
export function loadCoalescerOnPoll(context: ClientContext): void {
  const waiting = new Set<ActiveLoop>();
  context.makePoll = (loop) => {
    if (waiting.size === 0) {
      void import('./coalescer.js')
        .then(
          (coalescer) => coalescer.installCoalescer(context),
          // Where it cannot be loaded, polls are sent one by one.
          () => (context.makePoll = undefined),
        )
        .then(() => waiting.forEach((loop) => loop.hasWaiters && loop.sendPoll()));
    }
    waiting.add(loop);
    return undefined;
  };
}
