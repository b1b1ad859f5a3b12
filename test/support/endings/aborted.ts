import { AbortController as PolyfillController } from 'abort-controller';
import { describe, expect, it } from '@jest/globals';
import { getEventListeners } from 'node:events';
import {
  Code,
  constantBackoff,
  type AbortSignalLike,
  type PollingEvent,
  type PollingOptions,
} from '../../../src/index.js';
import type { Fault, OperationsEmulator } from '../../../src/testing/index.js';
import { until } from '../grpc-server.js';
import { exportAgent, exported, later, rejection, sleep, type World } from '../wires.js';
import { expectQuiet } from './stopped-waiting.js';

/** Someone who aborts. */
interface Aborter {
  readonly signal: AbortSignalLike;
  abort(): void;
  /** Demands that a wait rejected as it must, and that no listener is left. */
  check(error: unknown): void;
}

const aborters: readonly [string, () => Aborter][] = [
  [
    'a native signal',
    () => {
      const controller = new AbortController();
      const reason = { the: 'very reason' };
      return {
        signal: controller.signal,
        abort: () => controller.abort(reason),
        check(error) {
          expect(error).toBe(reason);
          expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
        },
      };
    },
  ],
  [
    "a signal of the package 'abort-controller'",
    () => {
      const { signal, controller } = countListeners(new PolyfillController());
      return {
        signal,
        abort: () => controller.abort(),
        check(error) {
          expect(error).toMatchObject({ name: 'AbortError', code: DOMException.ABORT_ERR });
          expect(signal.listeners).toBe(0);
        },
      };
    },
  ],
];

/** What the caller is waiting for when the abort comes. */
interface Phase {
  readonly name: string;
  readonly fault?: Fault;
  readonly polling?: PollingOptions;
  /** What has been called until then; nothing of it is answered if the last is given up. */
  readonly methods: readonly string[];
  readonly givenUp: boolean;
  /** Resolves when that time has come. */
  readonly reached?: (emulator: OperationsEmulator, events: readonly PollingEvent[]) => Promise<void>;
  readonly only?: World['wire']['via'];
}

const arrived = (emulator: OperationsEmulator): Promise<void> => until(() => emulator.calls.length > 0);

const phases: readonly Phase[] = [
  {
    name: 'on its way to the server',
    fault: { method: 'getOperation', hang: true },
    methods: [],
    givenUp: false,
  },
  {
    name: 'in flight',
    fault: { method: 'getOperation', hang: true },
    methods: ['getOperation'],
    givenUp: true,
    reached: arrived,
  },
  {
    name: 'in flight for the second time',
    fault: { method: 'getOperation', after: 1, hang: true },
    methods: ['getOperation', 'getOperation'],
    givenUp: true,
    reached: (emulator) => until(() => emulator.calls.length > 1),
  },
  {
    name: 'in a wait at the server',
    polling: { serverWait: 'always' },
    methods: ['waitOperation'],
    givenUp: true,
    reached: arrived,
  },
  {
    name: 'while the body streams',
    only: 'http',
    fault: { method: 'getOperation', bodyDelayMs: Infinity },
    methods: ['getOperation'],
    givenUp: true,
    reached: async (emulator) => {
      await arrived(emulator);
      await sleep(30); // for the headers and half of the body
    },
  },
  {
    name: 'asleep until the next poll',
    polling: { backoff: constantBackoff(60_000) },
    methods: ['getOperation'],
    givenUp: false,
    reached: (_, events) => until(() => events.some(({ type }) => type === 'poll')),
  },
  {
    name: 'between two attempts',
    fault: { method: 'getOperation', times: Infinity, status: { code: Code.UNAVAILABLE } },
    polling: { retry: { initialDelayMs: 60_000, maxDelayMs: 60_000 } },
    methods: ['getOperation'],
    givenUp: false,
    reached: (_, events) => until(() => events.some(({ type }) => type === 'retry')),
  },
];

/** The fourth ending: the caller aborted. */
export function aborted(world: () => World, via: World['wire']['via']): void {
  describe.each(aborters)('an abort by %s', (_, makeAborter) => {
    it('before the wait rejects with the reason itself, and sends nothing', async () => {
      const aborter = makeAborter();
      aborter.abort();
      aborter.check(await rejection(world().start({ durationMs: 0 }).promise({ signal: aborter.signal })));
      await expectQuiet(world());
      expect(world().methods).toEqual([]);
    });

    it.each(phases.filter(({ only = via }) => only === via))(
      '$name rejects at once with the reason itself, and sends nothing more',
      async ({ fault, polling, methods, givenUp, reached }) => {
        const { emulator, client } = world();
        const aborter = makeAborter();
        const events: PollingEvent[] = [];
        const { name } = emulator.start({ durationMs: Infinity });
        if (fault) emulator.injectFault(fault);
        const poller = client.poller(name, exportAgent, { ...polling, onEvent: (event) => events.push(event) });
        const waiting = later(rejection(poller.promise({ signal: aborter.signal })));
        await reached?.(emulator, events);

        aborter.abort();
        aborter.check(await waiting);
        if (givenUp) await until(() => emulator.calls.at(-1)?.aborted === true);
        await expectQuiet(world(), reached ? 0 : 1);
        // What was not on the wire yet may have got there still, but not to stay.
        if (reached) expect(world().methods).toEqual(methods);
        else await until(() => emulator.calls.every((call) => call.aborted === true));
        expect(emulator.operation(name)).toMatchObject({ done: false });

        // The poller is fit for use.
        emulator.clearFaults();
        emulator.complete(name, { response: exported });
        expect(await poller.poll()).toMatchObject({ result: 'response' });
      },
    );

    it('of single calls rejects with the reason itself, and cancels each of them', async () => {
      const { emulator, client } = world();
      const aborter = makeAborter();
      const { signal } = aborter;
      const { name } = emulator.start({ durationMs: Infinity });
      const methods = ['getOperation', 'listOperations', 'cancelOperation', 'deleteOperation'] as const;
      for (const method of methods) emulator.injectFault({ method, hang: true });
      const list = client.listOperations({ name: 'operations' }, { signal });
      const calls = [
        client.getOperation({ name }, { signal }),
        list[Symbol.asyncIterator]().next(),
        client.cancelOperation({ name }, { signal }),
        client.deleteOperation({ name }, { signal }),
        client.waitOperation({ name }, { signal }),
      ].map((call) => later(rejection(call)));
      await until(() => emulator.calls.length === calls.length);
      aborter.abort();
      for (const error of await Promise.all(calls)) aborter.check(error);
      await until(() => emulator.calls.every((call) => call.aborted === true));
      await expectQuiet(world());
    });

    it('ends an iteration, and only the waits with its signal', async () => {
      const { emulator, start } = world();
      const aborter = makeAborter();
      const poller = start({ durationMs: Infinity });
      const other = later(poller.promise());
      const iterating = async (): Promise<void> => {
        for await (const { done } of poller.updates({ signal: aborter.signal })) {
          expect(done).toBe(false);
          aborter.abort();
        }
      };
      aborter.check(await rejection(iterating()));
      emulator.complete(poller.name, { response: exported });
      expect((await other).agentUri).toBe('gs://bucket/agent');
    });
  });
}

/** The polyfill's signal as it is, but counting who listens, for it does not tell. */
function countListeners(controller: InstanceType<typeof PolyfillController>) {
  let listeners = 0;
  const { signal } = controller;
  return {
    controller,
    signal: {
      get aborted() {
        return signal.aborted;
      },
      get listeners() {
        return listeners;
      },
      addEventListener(type: 'abort', listener: () => void) {
        listeners++;
        signal.addEventListener(type, listener);
      },
      removeEventListener(type: 'abort', listener: () => void) {
        listeners--;
        signal.removeEventListener(type, listener);
      },
    },
  };
}
