import { describe, expect, it } from '@jest/globals';
import { type } from 'arktype';
import * as v from 'valibot';
import { z } from 'zod';
import { SchemaError, schemaType, type StandardSchema } from '../../src/decoders/index.js';
import { isLROError, operationInfo, OperationsClient, type JsonValue } from '../../src/index.js';
import { OperationsEmulator, packStruct } from '../../src/testing/index.js';
import { rejection, wires } from '../support/wires.js';

const typeUrl = 'type.googleapis.com/example.Book';
const ofJson = (fields: Record<string, JsonValue>) => ({ typeUrl, json: { '@type': typeUrl, ...fields } });

interface Library {
  readonly library: string;
  readonly book: StandardSchema<{ title: string; pages?: number }>;
  readonly strict: StandardSchema<{ title: string }>;
}

const libraries: readonly Library[] = [
  {
    library: 'zod',
    book: z.object({ title: z.string(), pages: z.coerce.number().exactOptional() }),
    strict: z.strictObject({ title: z.string() }),
  },
  {
    library: 'valibot',
    book: v.object({ title: v.string(), pages: v.exactOptional(v.pipe(v.string(), v.transform(Number))) }),
    strict: v.strictObject({ title: v.string() }),
  },
  {
    library: 'arktype',
    book: type({ title: 'string', 'pages?': 'string.integer.parse' }),
    strict: type({ '+': 'reject', title: 'string' }),
  },
];

describe.each(libraries)('schemaType() of $library', ({ book, strict }) => {
  it('returns the output of the schema', () => {
    expect(schemaType(book, 'example.Book').decode(ofJson({ title: 'Ulysses', pages: '732' }))).toEqual({
      title: 'Ulysses',
      pages: 732,
    });
  });

  it('passes the message without its @type to the schema', () =>
    expect(schemaType(strict).decode(ofJson({ title: 'Ulysses' }))).toEqual({ title: 'Ulysses' }));

  it('throws the issues, which the message lists', () => {
    const decoder = schemaType(book, 'example.Book');
    const error = thrown(() => decoder.decode(ofJson({ title: 7 })));
    if (!(error instanceof SchemaError)) throw error;
    expect(error.name).toBe('SchemaError');
    expect(error.issues.map(({ path }) => path?.length)).toEqual([1]);
    expect(error.message).toMatch(/^title: .+/);
  });

  it('validates a message that was not sent, too', () =>
    expect(() => schemaType(book).decode(undefined)).toThrow(/title/));
});

describe('schemaType()', () => {
  it('causes an UnpackError of the client with the issues as its cause', async () => {
    await using emulator = new OperationsEmulator();
    await using client = new OperationsClient({ transport: emulator.transport() });
    const info = operationInfo({ response: schemaType(z.object({ title: z.string() }), 'example.Book') });
    const { name } = emulator.start({ durationMs: 0, response: ofJson({ title: 7 }) });
    const error = await rejection(client.poller(name, info).promise());
    if (!isLROError(error) || error.code !== 'LRO_UNPACK_FAILED') throw error;
    expect(error.message).toBe(
      `The response of operation '${name}' cannot be read as a example.Book: title: Invalid input: expected string, received number`,
    );
    expect((error.cause as SchemaError).issues).toMatchObject([{ code: 'invalid_type', path: ['title'] }]);
  });

  it.each(wires)('validates a Struct over $name', async (wire) => {
    await using emulator = new OperationsEmulator();
    await using client = new OperationsClient({ transport: await wire.connect(emulator) });
    const progress = schemaType(z.strictObject({ done: z.int() }), 'google.protobuf.Struct');
    const { name } = emulator.start({ durationMs: 0, response: packStruct({ done: 7 }) });
    expect(await client.poller(name, operationInfo({ response: progress })).promise()).toEqual({ done: 7 });
  });

  it('passes the canonical JSON of a well-known type, from bytes too', () => {
    const given = z.json();
    for (const [name, value, json, expected] of [
      ['Timestamp', [8, 1], '1970-01-01T01:00:01+01:00', '1970-01-01T00:00:01Z'],
      ['Int64Value', [8, 1], 1, '1'],
      ['BytesValue', [10, 2, 0, 255], 'AP8', 'AP8='],
      ['FieldMask', [10, 3, 97, 95, 98], 'aB', 'aB'],
      ['DoubleValue', [9, 0, 0, 0, 0, 0, 0, 0xf0, 0x7f], 'Infinity', 'Infinity'],
      ['Empty', [], {}, {}],
    ] as const) {
      const any = { typeUrl: `type.googleapis.com/google.protobuf.${name}` };
      expect(schemaType(given).decode({ ...any, value: Uint8Array.from(value) })).toEqual(expected);
      expect(schemaType(given).decode({ ...any, json: { '@type': any.typeUrl, value: json } })).toEqual(expected);
    }
    expect(schemaType(given, 'google.protobuf.Timestamp').decode(undefined)).toBe('1970-01-01T00:00:00Z');
  });

  it('rejects bytes of any other type', () =>
    expect(() => schemaType(z.json()).decode({ typeUrl, value: new Uint8Array() })).toThrow(
      new TypeError('the message was sent as bytes, but a schema validates JSON'),
    ));

  it.each<[string, StandardSchema]>([
    ['zod', z.string().refine(() => Promise.resolve(true))],
    [
      'valibot',
      v.pipeAsync(
        v.any(),
        v.checkAsync(() => Promise.reject(new Error('unhandled'))),
      ),
    ],
  ])('rejects an asynchronous schema of %s', (_, schema) => {
    expect(() => schemaType(schema).decode({ typeUrl, json: 's' })).toThrow(
      new TypeError('the schema is asynchronous, but messages are decoded synchronously'),
    );
  });

  it.each([undefined, null, {}, 'Book'])('rejects a value that is not a schema: %p', (schema) => {
    expect(() => schemaType(schema as never)).toThrow(/^Cannot decode as 'schema' must be a Standard Schema/);
  });
});

function thrown(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    return error;
  }
}
