import { describe, expect, it, jest } from '@jest/globals';
import {
  Code,
  constantBackoff,
  OperationsClient,
  type CallOptions,
  type OperationsTransport,
  type PollingOptions,
  type RawOperation,
} from '../../src/index.js';
import {
  failure,
  json,
  name,
  running,
  ScriptedTransport,
  succeeded,
  type ScriptedResponse,
} from '../support/scripted.js';
import { track, useVirtualTime } from '../support/virtual-time.js';

const advance = useVirtualTime();
const everySecond: PollingOptions = { backoff: constantBackoff(1000), serverWait: 'never' };
const at = (progressPercent: number): RawOperation => ({ name, done: false, metadata: json({ progressPercent }) });

function createClient(responses: ScriptedResponse[], polling: PollingOptions = everySecond, options = {}) {
  const transport = new ScriptedTransport(responses);
  return { transport, client: new OperationsClient({ transport, polling, ...options }) };
}

describe('the retry window', () => {
  it('does not include time in the queue of the rate limiter', async () => {
    const reset = failure(Code.UNAVAILABLE);
    const { client, transport } = createClient([reset], everySecond, { maxRequestsPerSecond: 1 });
    transport.responses = [...Array<ScriptedResponse>(700).fill(running), reset, succeeded];
    // 700 pollers fill the queue for 700 s, longer than the window of 600 s.
    const others = Array.from({ length: 700 }, (_, i) => client.poller(`operations/other-${i}`));
    for (const other of others) other.promise().catch(() => undefined);
    const wait = track(client.poller(name).promise());
    await advance(705_000);
    expect(wait.value).toBeDefined();
    expect(transport.requests.filter(({ request }) => request.name === name)).toHaveLength(2);
    await client.close();
  });
});

describe('a transport that rejects with something that cannot be read', () => {
  const unreadable: [string, () => unknown][] = [
    ['a message without a string form', () => ({ message: { toString: null } })],
    ['an object without a prototype', () => Object.create(null) as unknown],
    [
      'a throwing getter',
      () => ({
        get code() {
          throw new Error('unreadable');
        },
      }),
    ],
    [
      'a proxy that throws',
      () =>
        new Proxy(
          {},
          {
            get() {
              throw new Error('unreadable');
            },
          },
        ),
    ],
    ['undefined', () => undefined],
    ['a symbol', () => Symbol('unreadable')],
  ];
  it.each(unreadable)('fails the wait with UNKNOWN: %s', async (_, create) => {
    const { client, transport } = createClient([running]);
    transport.getOperation = () => Promise.reject(create());
    const wait = track(client.poller(name, undefined, { retry: { maxAttempts: 2 } }).promise());
    const call = track(client.getOperation({ name }, { retry: { maxAttempts: 1 } }));
    await advance(60_000);
    const expected = { code: 'LRO_REQUEST_FAILED', rpcCode: Code.UNKNOWN, origin: 'transport' };
    expect(wait.error).toMatchObject({ ...expected, attempts: 2 });
    expect(call.error).toMatchObject(expected);
  });
});

describe('something that throws while a deadline passes', () => {
  it('ends its own wait only, not others that are due in the same millisecond', async () => {
    let isBroken = false;
    const transport = Object.defineProperty(new ScriptedTransport([running]), 'apiEndpoint', {
      get: () => {
        if (isBroken) throw new Error('no endpoint');
        return 'example.com';
      },
    }) as OperationsTransport;
    const client = new OperationsClient({ transport, polling: everySecond });
    const first = track(client.poller(name).promise({ totalTimeoutMs: 5000 }));
    const second = track(client.poller('operations/2').promise({ totalTimeoutMs: 5000 }));
    const done = track(client.poller('operations/3').promise({ totalTimeoutMs: 6000 }));
    isBroken = true;
    await advance(5000);
    expect([first.error, second.error]).toEqual([new Error('no endpoint'), new Error('no endpoint')]);
    isBroken = false;
    await advance(1000);
    expect(done.error).toMatchObject({ code: 'LRO_POLLING_TIMEOUT' });
  });

  it('is found when the client or the poller is made, where it can be', () => {
    const transport = Object.assign(new ScriptedTransport([]), { apiEndpoint: new URL('https://example.com') });
    expect(() => new OperationsClient({ transport: transport as never })).toThrow(
      new TypeError("Cannot make a client as 'transport.apiEndpoint' must be a string: current value is an object"),
    );
    const { client } = createClient([]);
    const decoder = { decode: () => 1, typeName: 5 as never };
    expect(() => client.poller(name, { response: decoder, metadata: decoder })).toThrow(TypeError);
  });
});

describe('a signal that misbehaves', () => {
  class ForeignSignal {
    aborted = false;
    readonly listeners = new Set<() => void>();
    addEventListener(_type: 'abort', listener: () => void): void {
      this.listeners.add(listener);
    }
    removeEventListener(_type: 'abort', listener: () => void): void {
      this.listeners.delete(listener);
    }
    abort(): void {
      this.aborted = true;
      for (const listener of this.listeners) listener();
    }
  }

  it('ends the wait when it is aborted while a listener is added', async () => {
    const signal = new ForeignSignal();
    signal.addEventListener = () => (signal.aborted = true);
    const { client, transport } = createClient([running]);
    const wait = track(client.poller(name).promise({ signal }));
    const call = track(client.getOperation({ name }, { signal }));
    await advance(0);
    expect([wait.error, call.error]).toMatchObject([{ name: 'AbortError' }, { name: 'AbortError' }]);
    expect(transport.requests).toEqual([]);
  });

  it('ends the wait with an AbortError when its reason cannot be read', async () => {
    const signal = Object.defineProperty(new ForeignSignal(), 'reason', {
      get: () => {
        throw new Error('no reason');
      },
    });
    const wait = track(createClient([running]).client.poller(name).promise({ signal }));
    await advance(10);
    signal.abort();
    await advance(0);
    expect(wait.error).toMatchObject({ name: 'AbortError' });
  });

  it('ends the wait although its listener cannot be removed', async () => {
    const signal = new ForeignSignal();
    signal.removeEventListener = () => {
      throw new Error('cannot be removed');
    };
    const wait = track(createClient([succeeded]).client.poller(name).promise({ signal }));
    await advance(0);
    expect(wait.value).toBeDefined();
  });
});

describe('states', () => {
  it('only go forward, by the time their request was sent', async () => {
    const { client, transport } = createClient([]);
    let respond!: (raw: RawOperation) => void;
    transport.getOperation = () => new Promise((resolve) => (respond = resolve));
    const poller = client.poller(name);
    const slow = track(poller.poll());
    await advance(100);
    poller.applyUpdate(at(50));
    respond(at(10));
    await advance(0);
    expect(poller.operation?.raw).toEqual(at(50));
    expect(slow.value?.raw).toEqual(at(50));
    respond(succeeded);
    await advance(0);
    expect(poller.operation?.raw).toEqual(at(50));
  });

  it('come in the same order to every waiter, also when one applies an update', async () => {
    const { client } = createClient([at(1), succeeded]);
    const poller = client.poller(name);
    const seen: number[][] = [[], []];
    const progress = (states: number[]) => (operation: { raw: RawOperation; done: boolean }) => {
      if (operation.done) return;
      states.push((operation.raw.metadata!.json as { progressPercent: number }).progressPercent);
      if (states.at(-1) === 1) poller.applyUpdate(at(2));
    };
    const waits = seen.map((states) => track(poller.promise({ onProgress: progress(states) })));
    await advance(5000);
    expect(waits.map(({ value }) => value)).toEqual([expect.anything(), expect.anything()]);
    expect(seen).toEqual([[1, 2], [2]]);
  });
});

describe('cancel()', () => {
  it('sends nothing once the operation is known to be done', async () => {
    const { client, transport } = createClient([succeeded]);
    const poller = client.poller(succeeded);
    await poller.cancel();
    expect(transport.requests).toEqual([]);
  });

  it('replaces a poll that should have got its response by now', async () => {
    const { client, transport } = createClient([running, 'hang', succeeded], everySecond);
    const poller = client.poller(name);
    const wait = track(poller.promise());
    await advance(5000);
    expect(transport.times).toEqual([0, 1000]);
    await poller.cancel();
    await advance(1);
    expect(wait.value).toBeDefined();
  });

  it('keeps a poll that was sent just now', async () => {
    const { client, transport } = createClient([running, running, succeeded], everySecond);
    transport.latencyMs = 100;
    const poller = client.poller(name);
    const wait = track(poller.promise());
    await advance(1050);
    await poller.cancel();
    await advance(40);
    expect(transport.times).toEqual([0, 1000]);
    await advance(2000);
    expect(wait.value).toBeDefined();
  });

  it('resolves when the server has accepted it, although the backoff throws', async () => {
    let isBroken = false;
    const backoff = (): number => {
      if (isBroken) throw new Error('no delay');
      return 1000;
    };
    const { client } = createClient([running], { ...everySecond, backoff });
    const poller = client.poller(name);
    const wait = track(poller.promise());
    await advance(10);
    isBroken = true;
    await expect(poller.cancel()).resolves.toBeUndefined();
    await advance(0);
    expect(wait.error).toEqual(new Error('no delay'));
  });
});

describe('close()', () => {
  it('ends single calls in a retry delay with CANCELLED', async () => {
    const { client } = createClient([failure(Code.UNAVAILABLE)]);
    const get = track(client.getOperation({ name }, { retry: { initialDelayMs: 30_000 } }));
    const poll = track(client.poller(name).poll());
    await advance(100);
    await client.close();
    await advance(0);
    const expected = { rpcCode: Code.CANCELLED, status: { message: 'the client was closed' } };
    expect([get.error, poll.error]).toMatchObject([expected, expected]);
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe('async listeners', () => {
  const reject = (): void => Promise.reject(new Error('from the listener')) as never;

  it('may reject in onEvent without effect', async () => {
    const { client } = createClient([running, succeeded], { ...everySecond, onEvent: reject });
    const wait = track(client.poller(name).promise());
    await advance(1000);
    expect(wait.value).toBeDefined();
  });

  it('end their own wait when they reject in onProgress', async () => {
    const { client } = createClient([running, running, succeeded]);
    const poller = client.poller(name);
    const [first, second] = [track(poller.promise({ onProgress: reject })), track(poller.promise())];
    await advance(10);
    expect(first.error).toEqual(new Error('from the listener'));
    await advance(5000);
    expect(second.value).toBeDefined();
  });

  it('end their own wait when they reject for the completed operation', async () => {
    const wait = track(createClient([succeeded]).client.poller(name).promise({ onProgress: reject }));
    await advance(0);
    expect(wait.error).toEqual(new Error('from the listener'));
  });
});

describe('a totalTimeoutMs below 0', () => {
  it.each([-1, -5000, -Infinity])('has expired: %d', async (totalTimeoutMs) => {
    const wait = track(createClient([running]).client.poller(name).promise({ totalTimeoutMs }));
    await advance(0);
    expect(wait).toMatchObject({ settledAtMs: 0, error: { code: 'LRO_POLLING_TIMEOUT', token: { name } } });
  });
});

describe('many waits', () => {
  it('on one poller join and abort, each with its own outcome', async () => {
    const { client, transport } = createClient([running]);
    const poller = client.poller(name);
    const controllers = Array.from({ length: 20_000 }, () => new AbortController());
    const outcomes: unknown[] = [];
    for (const { signal } of controllers) {
      poller.promise({ signal }).catch((error: unknown) => outcomes.push(error));
    }
    await advance(500);
    controllers.slice(1).forEach((controller, index) => controller.abort(index));
    await advance(0);
    expect(outcomes).toEqual(Array.from({ length: 19_999 }, (_, index) => index));
    await advance(1000);
    expect(transport.times).toEqual([0, 1000]);
    controllers[0]!.abort('last');
    await advance(0);
    expect(outcomes.at(-1)).toBe('last');
  });

  it('leave the queue of the rate limiter, each with its own outcome', async () => {
    const { client } = createClient([running], everySecond, { maxRequestsPerSecond: 1 });
    const controllers = Array.from({ length: 20_000 }, () => new AbortController());
    const outcomes: unknown[] = [];
    controllers.forEach(({ signal }, index) => {
      const options: CallOptions = { signal };
      client
        .poller(`operations/${index}`)
        .promise(options as { signal: AbortSignal })
        .catch((error: unknown) => outcomes.push(error));
    });
    await advance(500);
    controllers.forEach((controller, index) => controller.abort(index));
    await advance(0);
    expect(outcomes).toEqual(controllers.map((_, index) => index));
  });
});
