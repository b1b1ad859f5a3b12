import { describe, expect, test } from '@jest/globals';
import {
  anyType,
  operationInfo,
  OperationsClient,
  type Any,
  type AnyDecoder,
  type JsonValue,
} from '../../src/index.js';
import { AgedService } from '../support/aged-service.js';
import { running, succeeded } from '../support/scripted.js';
import { track, useVirtualTime } from '../support/virtual-time.js';

// The metadata of services as they send them: JSON over REST, and messages of protobufjs over gRPC.

const advance = useVirtualTime();
const prefix = 'type.googleapis.com/';
type Fields = Record<string, JsonValue>;

/** JSON metadata, and the same as a decoded message. */
const wires: [string, (type: string, fields: Fields) => { metadata: Any; decoder: AnyDecoder<unknown> }][] = [
  ['JSON', (type, fields) => ({ metadata: { typeUrl: type, json: { '@type': type, ...fields } }, decoder: anyType })],
  [
    'bytes',
    (type, fields) => ({
      metadata: { typeUrl: type, value: new Uint8Array([1]) },
      decoder: { decode: () => toMessage(fields) },
    }),
  ],
];

/** Times as protobufjs has them. */
function toMessage(value: JsonValue): unknown {
  if (typeof value === 'string' && value.includes('T'))
    return { seconds: Math.floor(Date.parse(value) / 1000), nanos: 0 };
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, toMessage(field)]));
}

interface Given {
  metadata: Any | undefined;
  decoder: AnyDecoder<unknown>;
}

/** The ages at the polls of an operation of 20 s. */
async function pollAges(given: (ageMs: number) => Given, isInitialKnown = true) {
  const service = new AgedService((ageMs) => ({
    ...(ageMs < 20_000 ? running : succeeded),
    metadata: given(ageMs).metadata,
  }));
  const info = operationInfo<unknown, unknown>({
    response: anyType,
    metadata: { decode: (any) => given(0).decoder.decode(any) },
  });
  const from = { ...running, metadata: isInitialKnown ? given(0).metadata : undefined };
  const seen = track(new OperationsClient({ transport: service }).poller(from, info).promise());
  await advance(120_000);
  expect(seen.value).toBeDefined();
  return service.ages;
}

const plainAges = () => pollAges(() => ({ metadata: undefined, decoder: anyType }));
const old = '2019-01-01T00:00:00Z';

describe.each(wires)('the start time in metadata as %s', (_, of) => {
  test.each([
    'google.cloud.run.v2.Service',
    'google.cloud.run.v2.Job',
    'test.MetadataStore',
    'test.MetadataVersion',
    'test.Thing',
  ])("is that of a resource in a %s: the schedule is a new operation's", async (type) => {
    const given = of(prefix + type, { name: 'services/s', createTime: old });
    expect(await pollAges(() => given)).toEqual(await plainAges());
  });

  test.each(['test.OperationMetadata', 'test.OperationMetadataV1', 'test.ThingMetadataV1Beta1', 'test.Metadata'])(
    "is the operation's in a %s, from the first poll on",
    async (type) => {
      const given = of(prefix + type, { createTime: old });
      const [first, ...others] = await pollAges(() => given);
      const [firstPlain, ...plain] = await plainAges();
      // The starting call returned it: it is new, whatever its metadata say.
      expect(first).toBe(firstPlain);
      expect(others.length).toBeLessThan(plain.length);
    },
  );

  test("is the operation's in metadata of no type and in a Struct", async () => {
    const plain = await plainAges();
    expect((await pollAges(() => of('', { createTime: old }))).length).toBeLessThan(plain.length);
    const type = `${prefix}google.protobuf.Struct`;
    const json = { '@type': type, value: { createTime: old } };
    const struct = { metadata: { typeUrl: type, json }, decoder: anyType };
    expect((await pollAges(() => struct)).length).toBeLessThan(plain.length);
  });

  test('of an unreadable kind is ignored', async () => {
    for (const genericMetadata of ['x', 5, null, [], { createTime: null }, { createTime: {} }]) {
      const given = of(`${prefix}test.OperationMetadata`, { genericMetadata, progress: genericMetadata });
      expect(await pollAges(() => given)).toEqual(await plainAges());
    }
  });
});
