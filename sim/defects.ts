// Whether the invariants notice a defect: `npm run sim -- --defects` breaks the client in one place at a time.
import { bundleSimulation, type SourceChange } from './bundle.js';

/** A defect, and the change of one source file that makes it. */
interface Defect extends SourceChange {
  readonly title: string;
}

const defects: readonly Defect[] = [
  {
    title: "A server's retry delay is ignored",
    file: 'waiting/poll-plan.ts',
    from: 'this.#floorMs = Math.max(this.#floorMs, untilMs);',
    to: '',
  },
  {
    title: 'The abort of a signal is lost',
    file: 'waiting/wait.ts',
    from: 'addAbortListener(signal, onAbort);',
    to: '',
  },
  {
    title: 'A time limit is 1 ms too long',
    file: 'waiting/wait.ts',
    from: 'this.#startMs + Math.max(0, totalTimeoutMs)',
    to: 'this.#startMs + Math.max(0, totalTimeoutMs) + 1',
  },
  {
    title: 'A listed operation goes to the wrong waiter',
    file: 'coalescing/listed-states.ts',
    from: 'poll.resolve(loop, raw, nowMs);',
    to: 'poll.resolve(poll.loops[0] as ActiveLoop, raw, nowMs);',
  },
  {
    title: 'A listed operation without its result ends the wait',
    file: 'coalescing/listed-states.ts',
    from: 'instanceof SharedPoll) || lacksResult(raw) || poll',
    to: 'instanceof SharedPoll) || poll',
  },
  {
    title: 'The checkpoint of a started operation is not saved',
    file: 'many/checkpoint-store.ts',
    from: 'await this.#options.checkpoint?.(checkpoint);',
    to: '',
  },
  {
    title: 'An older state replaces a newer one',
    file: 'waiting/poll-loop.ts',
    from: 'previous && sentMs < this.#stateReceivedMs && !received.done;',
    to: 'previous && sentMs < 0;',
  },
  {
    title: 'UNAVAILABLE is not retried',
    file: 'rpc/retry.ts',
    from: '  Code.UNAVAILABLE,\n  Code.DEADLINE_EXCEEDED,',
    to: '  Code.DEADLINE_EXCEEDED,',
  },
  {
    title: 'The listener of a signal is not removed',
    file: 'rpc/abort.ts',
    from: "signal?.removeEventListener('abort', group.notify);",
    to: 'void 0;',
  },
  {
    title: 'The rate limit lets a tenth more pass',
    file: 'rpc/rate-limiter.ts',
    from: 'this.#intervalMs = 1000 / perSecond;',
    to: 'this.#intervalMs = 900 / perSecond;',
  },
  {
    title: 'The request goes on when the last waiter leaves',
    file: 'waiting/operation-requests.ts',
    from: 'this.poll?.abort();\n    this.#wait?.abort();',
    to: 'this.#wait?.abort();',
  },
  {
    title: 'The timer stays when the last waiter leaves',
    file: 'waiting/poll-loop.ts',
    from: 'this.context.timers.cancel(this);\n    this.abortRequests(nowMs);',
    to: 'this.abortRequests(nowMs);',
  },
  {
    title: 'The request of a foreign error is kept',
    file: 'rpc/sanitize-error.ts',
    from: 'return isExposed(error) ? sanitizeError(error) : error;',
    to: 'return error;',
  },
  {
    title: 'A poll is sent twice as often',
    file: 'waiting/schedule.ts',
    from: 'const dueMs = Math.max(sentMs + delayMs, nowMs + delayMs / 2);',
    to: 'const dueMs = Math.max(sentMs + delayMs / 2, nowMs + delayMs / 4);',
  },
];

/** Prints for each defect the first seed with a violation. @returns whether all were noticed. */
export async function reportDefects([first, last]: readonly [number, number]): Promise<boolean> {
  let areNoticed = true;
  console.log('| defect | noticed by | seed |\n| --- | --- | --- |');
  for (const { title, ...change } of defects) {
    const found = await firstViolation(change, first, last);
    areNoticed &&= found !== undefined;
    console.log(`| ${title} | ${found ? `\`${found.invariant}\` | ${found.seed}` : '— | none'} |`);
  }
  return areNoticed;
}

async function firstViolation(
  change: SourceChange,
  first: number,
  last: number,
): Promise<{ invariant: string; seed: number } | undefined> {
  const simulation = await bundleSimulation(change);
  for (let seed = first; seed <= last; seed++) {
    const [violation] = (await simulation.runSeed(seed)).violations;
    if (violation) return { invariant: violation.invariant, seed };
  }
  return undefined;
}
