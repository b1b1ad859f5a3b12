import fc from 'fast-check';
import { Planted } from './oracle.js';

/** Keys that pollute prototypes where they are assigned. */
export const key = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', 'then', 'polluted') },
  { weight: 2, arbitrary: fc.string({ maxLength: 8 }) },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      ...['name', 'done', 'response', 'error', 'metadata', '@type', 'value', 'code', 'message', 'details', 'status'],
      ...['operations', 'nextPageToken', 'unreachable', 'typeUrl', 'type_url', 'retryDelay', 'errors', 'reason'],
    ),
  },
);

const scalar = fc.oneof(
  fc.constantFrom<unknown>(null, undefined, true, false, 0, -0, NaN, Infinity, -1, 1e308, 2 ** 53, 1n, Symbol('s')),
  fc.constantFrom<unknown>(
    '',
    'operations/1',
    'type.googleapis.com/google.protobuf.Empty',
    '../..',
    '\u0000',
    '\ud800',
  ),
  fc.constantFrom<unknown>('type.googleapis.com/google.rpc.RetryInfo', '3.5s', '-1s', 'DONE', 'UNAVAILABLE', 'NaN'),
  fc.double(),
  fc.string({ unit: 'binary', maxLength: 12 }),
);

/** Values of any kind: odd numbers, functions, getters that throw, proxies, cycles, objects without a prototype. */
export const anything: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown; object: object }>((tie) => ({
  object: fc.dictionary(key, tie('value'), { maxKeys: 6, noNullPrototype: false }),
  value: fc.oneof(
    { maxDepth: 3 },
    { weight: 4, arbitrary: scalar },
    { weight: 3, arbitrary: tie('object') },
    { weight: 1, arbitrary: fc.array(tie('value'), { maxLength: 4 }) },
    { weight: 1, arbitrary: fc.constant(() => undefined) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 20 }) },
    {
      weight: 1,
      arbitrary: fc.constantFrom<unknown>(new Date(NaN), new Map(), /x/, new Error('x'), Promise.resolve(1)),
    },
  ),
})).value;

/** JSON as a service may send it, `__proto__` among its keys. */
export const json: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<unknown>(null, true, false, 0, 5, 14, 404, -1, 1e308, '', 'operations/1', '3.5s', 'NOT_FOUND'),
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc
      .array(fc.tuple(key, tie('value')), { maxLength: 6 })
      .map((entries) => Object.fromEntries(entries) as Record<string, unknown>),
  ),
})).value;

/** JSON as text. `Object.fromEntries()` keeps `__proto__` as a key of its own, and so does the text. */
export const jsonText = fc.oneof(
  json.map((value) => JSON.stringify(value)),
  fc.tuple(json, fc.nat(), fc.string({ maxLength: 3 })).map(([value, at, inserted]) => {
    const text = JSON.stringify(value);
    return text.slice(0, at % (text.length + 1)) + inserted + text.slice((at % (text.length + 1)) + 1);
  }),
);

/** Bytes of a message with some of them changed, or any bytes. */
export function mutatedBytes(samples: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  const change = fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }), fc.constantFrom('set', 'insert', 'cut'));
  return fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    fc.tuple(fc.constantFrom(...samples), fc.array(change, { maxLength: 6 })).map(([sample, changes]) => {
      const bytes = [...sample];
      for (const [at, byte, how] of changes) {
        const index = at % (bytes.length + 1);
        if (how === 'cut') bytes.length = index;
        else bytes.splice(index, how === 'set' ? 1 : 0, byte);
      }
      return Uint8Array.from(bytes);
    }),
  );
}

/** What a broken callback does: throws, rejects, or returns anything, at once or later. */
export const misbehavior = fc.oneof(
  anything.map((value) => () => value),
  anything.map((value) => () => Promise.resolve(value)),
  fc.constant(() => {
    throw new Planted();
  }),
  fc.constant(() => Promise.reject(new Planted())),
  fc.constant(() => new Promise(() => undefined)),
  anything.map((value) => () => ({
    then(onValue: (value: unknown) => void, onError: (error: unknown) => void) {
      onValue(value);
      onError(new Planted());
      onValue(value);
    },
  })),
);
