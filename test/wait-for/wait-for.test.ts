import { describe, expect, it, jest } from '@jest/globals';
import {
  Code,
  OperationFailedError,
  PollingTimeoutError,
  RequestError,
  UnpackError,
  type ResumeToken,
} from '../../src/index.js';
import { waitFor } from '../../src/wait-for/index.js';
import { track, useVirtualTime } from '../support/virtual-time.js';

interface Job {
  readonly name: string;
  readonly done?: boolean;
  readonly error?: { readonly code: number; readonly message: string };
  readonly response?: number;
}

const advance = useVirtualTime();
const running: Job = { name: 'jobs/7', done: false };
const done: Job = { name: 'jobs/7', done: true, response: 7 };
const token: ResumeToken = { version: 1, name: 'jobs/7', startedAtMs: 0 };

/** A service that sends these states, the last one repeatedly. An error is thrown. */
function service(...states: (Job | Error)[]) {
  const names: string[] = [];
  const get = ({ name }: { name: string }): Promise<Job> => {
    const state = states[Math.min(names.push(name), states.length) - 1]!;
    return state instanceof Error ? Promise.reject(state) : Promise.resolve(state);
  };
  return { get, names };
}

/** A store that survives the runs of a program. */
function memory(saved?: ResumeToken | string) {
  const store = { saved, saves: [] as unknown[] };
  const save = (value: ResumeToken | undefined): void => {
    store.saves.push(value?.name);
    store.saved = value;
  };
  return { store, save, load: () => store.saved };
}

describe('waitFor()', () => {
  it('starts an operation, saves its token, waits, clears the store and returns the response', async () => {
    const { get, names } = service(running, done);
    const { store, save, load } = memory();
    const start = jest.fn(() => Promise.resolve(running));
    const result = track(waitFor(get, start, { save, load }));
    await advance(0);
    expect(store.saved).toMatchObject({ version: 1, name: 'jobs/7' });
    expect(names).toEqual([]);
    await advance(10_000);
    expect(result.value).toBe(7);
    expect(start).toHaveBeenCalledTimes(1);
    expect(names).toEqual(['jobs/7', 'jobs/7']);
    expect(store.saves).toEqual(['jobs/7', undefined]);
  });

  it.each([
    ['an operation', running],
    ['a name', 'jobs/7'],
    ['a token', token],
    ['a function that returns an operation', () => running],
    ['a function that returns a name', () => Promise.resolve('jobs/7')],
    ['a function that returns a token', () => token],
  ])('takes %s', async (_, start) => {
    const { get, names } = service(done);
    const result = track(waitFor(get, start));
    await advance(5000);
    expect(result.value).toBe(7);
    expect(names).toEqual(['jobs/7']);
  });

  it.each([
    ['the token', token],
    ['its JSON text', JSON.stringify(token)],
    ['its JSON text in lines', `${JSON.stringify(token, undefined, 2)}\n`],
    ['a name', 'jobs/7'],
    ['a name in a line', 'jobs/7\n'],
    ['the JSON text of a name', '"jobs/7"'],
  ])('continues the operation of which load gives %s, without a start', async (_, saved) => {
    const { get, names } = service(done);
    const { store, save, load } = memory(saved);
    const start = jest.fn((): Job => running);
    const result = track(waitFor(get, start, { save, load }));
    await advance(5000);
    expect(result.value).toBe(7);
    expect(start).not.toHaveBeenCalled();
    expect(names).toEqual(['jobs/7']);
    expect(store.saved).toBeUndefined();
  });

  // Texts: those of a store of texts after `save(undefined)`, such as `localStorage`.
  it.each([undefined, null, '', ' \n', 'undefined', 'null'])(
    'starts an operation if load gives %p',
    async (nothing) => {
      const start = jest.fn((): Job => done);
      const result = track(waitFor(service().get, start, { load: () => nothing }));
      await advance(0);
      expect(result.value).toBe(7);
    },
  );

  it('does not load where there is no function that starts', async () => {
    const load = jest.fn(() => 'jobs/1');
    const { get, names } = service(done);
    const result = track(waitFor(get, 'jobs/7', { load }));
    await advance(5000);
    expect(result.value).toBe(7);
    expect(load).not.toHaveBeenCalled();
    expect(names).toEqual(['jobs/7']);
  });

  it('sends and saves nothing for an operation that was started completed', async () => {
    const { get, names } = service();
    const { store, save } = memory();
    const result = track(waitFor(get, () => done, { save }));
    await advance(0);
    expect(result.value).toBe(7);
    expect(names).toEqual([]);
    expect(store.saves).toEqual([]);
  });

  it('begins the wait when the token is saved', async () => {
    const { get, names } = service(done);
    let onSaved!: () => void;
    const save = () => new Promise<void>((resolve) => (onSaved = resolve));
    const result = track(waitFor(get, () => running, { save }));
    await advance(60_000);
    expect(names).toEqual([]);
    onSaved();
    await advance(60_000);
    expect(names).toEqual(['jobs/7']);
    onSaved();
    await advance(0);
    expect(result.value).toBe(7);
  });

  it('reads a resource of another form, and passes progress on', async () => {
    interface Build {
      readonly id: string;
      readonly state: 'active' | 'ready';
      readonly url?: string;
    }
    const builds: Build[] = [
      { id: 'b', state: 'active' },
      { id: 'b', state: 'ready', url: 'https://b' },
    ];
    const seen: unknown[] = [];
    const result = track(
      waitFor(
        () => Promise.resolve(builds[1]!),
        () => Promise.resolve(builds[0]!),
        {
          name: ({ id }) => id,
          done: ({ state }) => state === 'ready',
          response: ({ url }) => url,
          metadata: ({ state }) => ({ state }),
          onProgress: ({ name, metadata }) => seen.push([name, metadata?.state]),
        },
      ),
    );
    await advance(5000);
    expect(result.value).toBe('https://b');
    expect(seen).toEqual([
      ['b', 'active'],
      ['b', 'ready'],
    ]);
  });

  it('rejects with the reason of an operation that failed, and clears the store', async () => {
    const error = { code: 3, message: 'refused' };
    const { store, save, load } = memory();
    const result = track(waitFor(service({ ...done, error }).get, () => running, { save, load }));
    await advance(5000);
    expect(result.error).toBeInstanceOf(OperationFailedError);
    expect(result.error).toMatchObject({ status: { code: Code.INVALID_ARGUMENT, message: 'refused' } });
    expect(store.saves).toEqual(['jobs/7', undefined]);
  });

  it('retries polls that fail, and keeps the token where they fail for good', async () => {
    const lost = Object.assign(new Error('gone'), { status: 404 });
    const busy = Object.assign(new Error('busy'), { status: 503 });
    const events: string[] = [];
    const { store, save } = memory();
    const { get } = service(busy, lost);
    const result = track(waitFor(get, () => running, { save, onEvent: ({ type }) => events.push(type) }));
    await advance(60_000);
    expect(result.error).toBeInstanceOf(RequestError);
    expect(result.error).toMatchObject({ rpcCode: Code.NOT_FOUND });
    expect(events).toEqual(['retry']);
    expect(store.saves).toEqual(['jobs/7']);
  });

  it('keeps the token of an operation whose response cannot be read', async () => {
    const { store, save } = memory();
    const response = (): number => {
      throw new Error('unreadable');
    };
    const result = track(waitFor(service(done).get, () => running, { save, response }));
    await advance(60_000);
    expect(result.error).toBeInstanceOf(UnpackError);
    expect(store.saves).toEqual(['jobs/7']);
  });

  it.each(['start', 'load', 'save'])('rejects with what %s throws, and sends nothing', async (failing) => {
    const problem = new Error('broken');
    const fail = (): never => {
      throw problem;
    };
    const { get, names } = service(done);
    const start = jest.fn((): Job => (failing === 'start' ? fail() : running));
    const options = failing === 'start' ? {} : { [failing]: fail };
    const result = track(waitFor(get, start, options));
    await advance(60_000);
    expect(result.error).toBe(problem);
    expect(names).toEqual([]);
    expect(start).toHaveBeenCalledTimes(failing === 'load' ? 0 : 1);
  });
});

describe('the limits of waitFor()', () => {
  /** A step that never settles, and records its signal. */
  const never = (): Promise<never> => new Promise(() => undefined);
  const steps = [
    { step: 'load', start: () => running, options: { load: never } },
    { step: 'start', start: never, options: {} },
    { step: 'save', start: () => running, options: { save: never } },
    { step: 'the wait', start: () => running, options: {} },
  ];

  it.each(steps)('rejects at once when it is aborted in $step, and sends nothing more', async ({ start, options }) => {
    const controller = new AbortController();
    const { get, names } = service(running);
    const { signal } = controller;
    const result = track(waitFor(get, start, { signal, ...options, expectedMs: 60_000, backoff: () => 5000 }));
    await advance(1000);
    const reason = new Error('enough');
    controller.abort(reason);
    await advance(0);
    expect(result.error).toBe(reason);
    const sent = names.length;
    await advance(60_000);
    expect(names).toHaveLength(sent);
  });

  it('starts nothing if it is aborted already, or while it loads', async () => {
    const start = jest.fn((): Job => running);
    const reason = new Error('enough');
    const early = track(waitFor(service().get, start, { signal: AbortSignal.abort(reason) }));
    const controller = new AbortController();
    const load = (): undefined => {
      controller.abort(reason);
    };
    const late = track(waitFor(service().get, start, { load, signal: controller.signal }));
    await advance(0);
    expect([early.error, late.error]).toEqual([reason, reason]);
    expect(start).not.toHaveBeenCalled();
  });

  it('passes a signal to start that is aborted with the wait and at its deadline', async () => {
    const signals: AbortSignal[] = [];
    const start = ({ signal }: { signal: AbortSignal }): Promise<Job> => {
      signals.push(signal);
      return never();
    };
    const controller = new AbortController();
    const aborted = track(waitFor(service().get, start, { signal: controller.signal }));
    const expired = track(waitFor(service().get, start, { totalTimeoutMs: 500 }));
    await advance(0);
    controller.abort('enough');
    await advance(500);
    expect(signals.map(({ reason }) => reason as unknown)).toEqual(['enough', expired.error]);
    expect(aborted.error).toBe('enough');
  });

  it.each(steps.slice(0, 2))('rejects with a TimeoutError at the deadline in $step', async ({ start, options }) => {
    const result = track(waitFor(service().get, start, { ...options, totalTimeoutMs: 3000 }));
    await advance(10_000);
    expect(result.error).toMatchObject({ name: 'TimeoutError', message: expect.stringContaining('3000 ms') });
    expect(result.settledAtMs).toBe(3000);
  });

  it.each([0, -5])('starts nothing with a time limit of %i ms', async (totalTimeoutMs) => {
    const start = jest.fn((): Job => running);
    const result = track(waitFor(service().get, start, { totalTimeoutMs }));
    await advance(10_000);
    expect(result.error).toMatchObject({ name: 'TimeoutError', message: expect.stringContaining('0 ms') });
    expect(start).not.toHaveBeenCalled();
  });

  it.each(steps.slice(2))('rejects with the token at the deadline in $step', async ({ start, options }) => {
    const result = track(waitFor(service(running).get, start, { ...options, totalTimeoutMs: 3000 }));
    await advance(10_000);
    expect(result.error).toBeInstanceOf(PollingTimeoutError);
    expect(result.error).toMatchObject({ token: { name: 'jobs/7' } });
    expect(result.settledAtMs).toBeGreaterThanOrEqual(3000);
    expect(result.settledAtMs).toBeLessThanOrEqual(3001); // after `save`, a wait of no time takes one timer
  });

  it('counts the start against the time limit', async () => {
    const start = (): Promise<Job> => new Promise((resolve) => setTimeout(() => resolve(running), 2000));
    const result = track(waitFor(service(running).get, start, { totalTimeoutMs: 3000 }));
    await advance(10_000);
    expect(result.error).toBeInstanceOf(PollingTimeoutError);
    expect(result.settledAtMs).toBe(3000);
  });

  it('returns the response at the deadline where the store is not cleared by then', async () => {
    let saves = 0;
    const save = (): Promise<void> | undefined => (++saves === 2 ? never() : undefined);
    const result = track(waitFor(service(done).get, () => running, { save, totalTimeoutMs: 30_000 }));
    await advance(40_000);
    expect(result.value).toBe(7);
    expect(result.settledAtMs).toBe(30_000);
  });

  it('chains timers for limits that are longer than a timer', async () => {
    const result = track(waitFor(service().get, never, { totalTimeoutMs: 2 ** 31 + 5000 }));
    await advance(2 ** 31 + 4999);
    expect(result.error).toBeUndefined();
    await advance(1);
    expect(result.error).toMatchObject({ name: 'TimeoutError' });
  });
});

describe('waitFor() checks its arguments before it starts anything', () => {
  const start = jest.fn((): Job => running);
  const problems: [string, () => Promise<unknown>, RegExp][] = [
    ['get', () => waitFor('jobs/7' as never, start), /Cannot wait as 'get' must be a function/],
    ['start', () => waitFor(service().get, undefined as never), /'start' must be an operation, a name, a token/],
    ['a promise', () => waitFor(service().get, Promise.reject(new Error()) as never), /starts one, no promise/],
    ['an empty name', () => waitFor(service().get, ''), /'start' must be/],
    ['options', () => waitFor(service().get, start, 5 as never), /'options' must be an object/],
    ['an unknown option', () => waitFor(service().get, start, { timeout: 5 } as never), /'timeout' is not an option/],
    ['totalTimeoutMs', () => waitFor(service().get, start, { totalTimeoutMs: NaN }), /'totalTimeoutMs'/],
    ['signal', () => waitFor(service().get, start, { signal: {} as never }), /'signal' must be an AbortSignal/],
    ['expectedMs', () => waitFor(service().get, start, { expectedMs: 0 }), /'expectedMs'/],
    ['retry', () => waitFor(service().get, start, { retry: { maxAttempts: 0 } }), /'maxAttempts'/],
    ['done', () => waitFor(service().get, start, { done: true as never }), /'done' must be a function/],
    ['save', () => waitFor(service().get, start, { save: {} as never }), /'save' must be a function/],
    ['a list', () => waitFor(service().get, start, { load: () => '["jobs/7"]' }), /'load\(\)' must be a token/],
    ['what load gives', () => waitFor(service().get, start, { load: () => '{"name":' }), /'load\(\)' must be a token/],
    ['a bad token', () => waitFor(service().get, start, { load: () => ({ ...token, version: 2 as 1 }) }), /'version'/],
  ];
  it.each(problems)('%s', async (_, call, message) => {
    const result = track(call());
    await advance(0);
    expect(result.error).toMatchObject({ message: expect.stringMatching(message) });
    expect(start).not.toHaveBeenCalled();
  });
});
