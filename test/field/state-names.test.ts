import { afterAll, describe, expect, it } from '@jest/globals';
import { grpcTransport } from '../../src/grpc/index.js';
import { OperationsClient, type OperationsTransport } from '../../src/index.js';
import { restTransport } from '../../src/rest/index.js';
import { failure, ScriptedTransport, succeeded } from '../support/scripted.js';
import { Code } from '../../src/status.js';
import { rejection } from '../support/wires.js';

const badNames = [
  'operations/../x',
  '../x',
  '..',
  'operations/./x',
  'operations/%2e%2E/x',
  'operations/x/..',
  'operations/a\nb',
  'operations/\u0000',
  'operations/\ud83d',
  `operations/${'x'.repeat(4096)}`,
  `operations/${'ü'.repeat(2048)}`,
  `operations/${'x'.repeat(10_000_000)}`,
];
const goodNames = [
  `operations/${'x'.repeat(4096 - 11)}`,
  `operations/${'ü'.repeat(2042)}`,
  'operations/...',
  'operations/a.b..c',
  'operations/ü 1%2F😀',
  'https://www.example.com/operations/1',
  'a',
];

const transports: [string, OperationsTransport][] = [
  ['gRPC', grpcTransport({ apiEndpoint: '127.0.0.1:1' })],
  ['REST', restTransport({ apiEndpoint: 'http://127.0.0.1:1' })],
  ['a transport of the caller', new ScriptedTransport([succeeded])],
];

/** Checks that it is the error for a name, of moderate length. */
function expectRefusal(error: unknown): void {
  expect(error).toBeInstanceOf(TypeError);
  expect((error as Error).message).toMatch(/^Cannot .* as 'name' must be /);
  expect((error as Error).message.length).toBeLessThan(500);
}

function thrown(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    return error;
  }
}

describe.each(transports)('A name that could not be part of a URL, or is too long, over %s', (_, transport) => {
  const client = new OperationsClient({ transport });
  afterAll(() => client.close());

  it.each(badNames.map((name) => [name.slice(0, 30), name]))('is refused at once: %j', async (_, name) => {
    const { version, startedAtMs } = client.poller('operations/1').toJSON();
    expectRefusal(thrown(() => client.poller(name)));
    expectRefusal(thrown(() => client.poller({ name, done: false })));
    expectRefusal(thrown(() => client.resume({ version, name, startedAtMs })));
    for (const call of [
      client.getOperation({ name }),
      client.waitOperation({ name }),
      client.cancelOperation({ name }),
      client.deleteOperation({ name }),
      client.listOperations({ name }).pages().next(),
    ]) {
      expectRefusal(await rejection(call));
    }
    if (transport instanceof ScriptedTransport) expect(transport.requests).toEqual([]);
    else expectRefusal(await rejection(transport.getOperation({ name }, {})));
  });

  it.each(goodNames.map((name) => [name.slice(0, 30), name]))('is not %j', (_, name) => {
    expect(client.poller(name).name).toBe(name);
    expect(client.resume(client.poller(name).toJSON()).name).toBe(name);
  });
});

it('A name of a completed operation may be any, since it is not polled', async () => {
  const client = new OperationsClient({ transport: new ScriptedTransport([]) });
  for (const name of ['', '..']) {
    expect(await client.poller({ ...succeeded, name }).pollUntilDone()).toMatchObject({ name });
  }
});

it('Messages of errors show the beginning of a long name only', async () => {
  const name = `operations/${'x'.repeat(4000)}`;
  const transport = new ScriptedTransport([failure(Code.NOT_FOUND), null as never]);
  const client = new OperationsClient({ transport });
  const malformed = await rejection(client.getOperation({ name }).catch(() => client.getOperation({ name })));
  expect((malformed as Error).message.length).toBeLessThan(400);
  const rest = new OperationsClient({
    transport: restTransport({ apiEndpoint: 'http://127.0.0.1:1' }),
    retry: { maxAttempts: 1 },
  });
  const failed = await rejection(rest.getOperation({ name }));
  expect(failed).toMatchObject({ operationName: name });
  expect((failed as Error).message.length).toBeLessThan(600);
});
