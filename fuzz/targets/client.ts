import fc from 'fast-check';
import {
  OperationsClient,
  type OperationsTransport,
  type RawOperation,
  type ResumeToken,
  type WaitOptions,
} from '../../src/index.js';
import { customOperations } from '../../src/custom/index.js';
import { durationHistory, type SavedHistory } from '../../src/history/index.js';
import { target, type Target } from '../target.js';
import { anything, json, key, misbehavior } from '../values.js';

const done: RawOperation = { name: 'operations/1', done: true };
const running: RawOperation = { name: 'operations/1', done: false };

function scripted(getOperation: () => unknown, rest: Partial<OperationsTransport> = {}): OperationsTransport {
  const nothing = () => Promise.resolve();
  const list = () => Promise.resolve({ operations: [], nextPageToken: '', unreachable: [] });
  const methods = { getOperation, listOperations: list, cancelOperation: nothing, deleteOperation: nothing };
  return { ...(methods as unknown as OperationsTransport), close: nothing, ...rest };
}

const token = fc.oneof(
  anything,
  fc.record(
    {
      version: fc.oneof(fc.constant(1), anything),
      name: fc.oneof(fc.constant('operations/1'), anything),
      startedAtMs: fc.oneof(fc.constant(0), anything),
      apiEndpoint: anything,
      responseType: anything,
      metadataType: anything,
      traceparent: anything,
    },
    { requiredKeys: [] },
  ),
);
const age = fc.oneof(fc.nat(1e6), fc.constant(2 ** 52), anything);
const saved = fc.oneof(
  anything,
  fc.record({
    version: fc.constantFrom<unknown>(1, 2),
    kinds: fc.array(
      fc.record({ kind: fc.oneof(key, anything), ends: fc.array(fc.oneof(anything, fc.tuple(age, age, age))) }),
      { maxLength: 4 },
    ),
  }),
);

const signal = fc.oneof(
  anything,
  fc.constantFrom<unknown>(AbortSignal.abort(), { aborted: false }, { aborted: true }, { aborted: 'no' }),
  fc
    .tuple(anything, anything, anything)
    .map(([aborted, addEventListener, removeEventListener]) => ({ aborted, addEventListener, removeEventListener })),
);

/** What programs pass to a client: tokens, histories, options, signals, transports. */
export const clientTargets: readonly Target[] = [
  target('tokens', token, async (input) => {
    const client = new OperationsClient({ transport: scripted(() => Promise.resolve(done)) });
    const poller = client.resume(input as ResumeToken);
    client.resume(JSON.parse(JSON.stringify(poller)) as ResumeToken);
    await poller.promise();
  }),
  target('histories', saved, (input) => {
    const history = durationHistory(input as SavedHistory);
    const again = durationHistory(JSON.parse(JSON.stringify(history)) as SavedHistory);
    const { kinds } = again.toJSON();
    for (const { kind } of kinds) again.begin(kind)?.nextAgeMs(1000, 0.5);
  }),
  target('custom transports', fc.tuple(misbehavior, misbehavior, fc.boolean()), async ([get, wait, coalesce]) => {
    const waitOperation = wait as unknown as NonNullable<OperationsTransport['waitOperation']>;
    const listOperations = wait as unknown as OperationsTransport['listOperations'];
    const transport = scripted(get, { waitOperation, listOperations });
    const client = new OperationsClient({ transport, coalesce });
    const names = ['a/operations/1', 'a/operations/2', 'a/operations/3'];
    const pollers = names.map((name) => client.poller(name));
    const all = await Promise.allSettled(pollers.map((poller) => poller.promise({ totalTimeoutMs: 20 })));
    for (const one of all) if (one.status === 'rejected') throw one.reason;
  }),
  target('pages of lists', misbehavior, async (list) => {
    const listOperations = list as unknown as OperationsTransport['listOperations'];
    const client = new OperationsClient({ transport: scripted(() => Promise.resolve(done), { listOperations }) });
    let count = 0;
    for await (const _ of client.listOperations({ name: 'operations' }, { timeoutMs: 10, retry: { maxAttempts: 1 } }))
      if (++count > 5) break;
  }),
  target('custom operations', fc.tuple(misbehavior, anything), async ([get, started]) => {
    const options = { get: get as () => Promise<Record<string, unknown>> };
    const custom = customOperations<Record<string, unknown>>(options);
    await custom.poller(started as never, { retry: { maxAttempts: 1 } }).promise({ totalTimeoutMs: 20 });
  }),
  target(
    'options of waits',
    fc.record(
      { signal, totalTimeoutMs: fc.oneof(fc.constant(5), anything), onProgress: anything },
      { requiredKeys: ['totalTimeoutMs'] },
    ),
    async (options) => {
      const client = new OperationsClient({ transport: scripted(() => Promise.resolve(running)) });
      const poller = client.poller('operations/1');
      const end = setTimeout(() => void client.close(), 20);
      try {
        await poller.promise(options as WaitOptions);
      } finally {
        clearTimeout(end);
      }
    },
  ),
  target(
    'options of pollers',
    fc.dictionary(
      fc.constantFrom(
        ...['backoff', 'serverWait', 'retry', 'readProgress', 'requestPriceMs', 'expectedMs', 'history', 'historyKey'],
        ...['headers', 'notFoundGraceMs', 'rpcTimeoutMs', 'alignmentTolerance', 'unknownOption'],
      ),
      // Not functions that return a promise that rejects: that is a rejection of the program's own.
      fc.oneof(
        anything,
        anything.map((value) => () => value),
      ),
      { maxKeys: 3 },
    ),
    async (polling) => {
      const client = new OperationsClient({ transport: scripted(() => Promise.resolve(running)) });
      await client.poller('operations/1', undefined, polling).promise({ totalTimeoutMs: 5 });
    },
  ),
  target('listeners of events', misbehavior, async (misbehave) => {
    const onEvent = misbehave as () => undefined;
    const client = new OperationsClient({ transport: scripted(() => Promise.resolve(running)) });
    await client.poller('operations/1', undefined, { onEvent }).promise({ totalTimeoutMs: 5 });
  }),
  target(
    'states that are pushed',
    fc.oneof(anything, json, fc.record({ name: fc.constant('operations/1'), done: anything, error: json })),
    (raw) => {
      const client = new OperationsClient({ transport: scripted(() => Promise.resolve(running)) });
      client.poller('operations/1').applyUpdate(raw as RawOperation);
    },
  ),
];
