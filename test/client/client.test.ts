import { describe, expect, it } from '@jest/globals';
import { operationInfo } from '../../src/operation.js';
import { OperationsClient } from '../../src/client.js';
import type { OperationsClientOptions } from '../../src/client-options.js';
import { jsonType } from '../../src/decoders.js';
import { MalformedOperationError } from '../../src/decode-errors.js';
import type { RawOperation } from '../../src/transport.js';
import { info } from '../support/create-poller.js';
import { type RecordedRequest, recordingTransport, clientOver } from '../support/recording-transport.js';
import { name } from '../support/scripted.js';
import { useVirtualTime } from '../support/virtual-time.js';

useVirtualTime();

describe('OperationsClient', () => {
  it.each([
    [undefined, 'undefined'],
    [null, 'null'],
    [{}, 'an object'],
    ['speech.googleapis.com', 'speech.googleapis.com'],
  ])('throws for the transport %j', (transport, shown) =>
    expect(() => new OperationsClient({ transport: transport as never })).toThrow(
      new TypeError(`Cannot make a client as 'transport' must be an OperationsTransport: current value is ${shown}`),
    ),
  );

  it.each<[Partial<OperationsClientOptions>, string]>([
    [{ retry: { maxAttempts: 0 } }, "Cannot retry as 'maxAttempts' must be a number of at least 1: current value is 0"],
    [
      { polling: { rpcTimeoutMs: 0 } },
      "Cannot poll as 'rpcTimeoutMs' must be a number of at least 1: current value is 0",
    ],
    [
      { maxRequestsPerSecond: 0 },
      "Cannot make a client as 'maxRequestsPerSecond' must be a number of at least 0.001: current value is 0",
    ],
    [
      { maxConcurrentServerWaits: -1 },
      "Cannot make a client as 'maxConcurrentServerWaits' must be a number of at least 0: current value is -1",
    ],
  ])('throws for the options %j', (options, message) =>
    expect(() => new OperationsClient({ transport: recordingTransport().transport, ...options })).toThrow(
      new RangeError(message),
    ),
  );

  it('sends nothing before a call', () => {
    const { transport, sent } = recordingTransport();
    const client = new OperationsClient({ transport });
    client.listOperations({ name: 'projects/p' });
    client.poller(name);
    expect(sent).toEqual([]);
  });
});

describe('poller()', () => {
  const client = clientOver(recordingTransport());

  it.each([undefined, null, 5, true, Symbol('s')])('throws for %p', (from) =>
    expect(() => client.poller(from as never)).toThrow(
      new TypeError(`Cannot poll as 'from' must be a name or an operation: current value is ${String(from)}`),
    ),
  );

  it.each<unknown>([{}, jsonType(), operationInfo({} as never), { response: {}, metadata: {} }, 5])(
    'throws for the types %j at once, as resume() does',
    (info) => {
      const token = client.poller('operations/1').toJSON();
      const refused = /^Cannot poll as 'info' must be two decoders, by operationInfo\(\): current value is /;
      expect(() => client.poller('operations/1', info as never)).toThrow(refused);
      expect(() => client.resume(token, info as never)).toThrow(refused);
    },
  );

  it('throws for an empty name', () =>
    expect(() => client.poller('')).toThrow(
      new TypeError("Cannot poll as 'from' must be a name or an operation: current value is an empty string"),
    ));

  it('throws for an operation that is neither done nor named, and accepts a completed one', () => {
    expect(() => client.poller({ name: '', done: false })).toThrow(MalformedOperationError);
    expect(() => client.poller({ name: 5 as never, done: true })).toThrow(MalformedOperationError);
    expect(client.poller({ name: '', done: true })).toMatchObject({ name: '', operation: { done: true } });
  });

  it('accepts an operation whose done is unset, as services send it', () => {
    expect(client.poller({ name } as RawOperation).operation).toMatchObject({ name, done: false });
  });

  it('throws for options out of range', () => {
    expect(() => client.poller(name, info, { rpcTimeoutMs: -1 })).toThrow(RangeError);
    expect(() => client.poller(name, info, { backoff: 5 as never })).toThrow(TypeError);
  });
});

describe('close()', () => {
  const closed = ({ sent }: { sent: RecordedRequest[] }): number =>
    sent.filter(({ method }) => method === 'close').length;

  it('closes the transport', async () => {
    const scripted = recordingTransport();
    await clientOver(scripted).close();
    expect(closed(scripted)).toBe(1);
  });

  it('is called by `await using`', async () => {
    const scripted = recordingTransport();
    {
      await using client = clientOver(scripted);
      await client.getOperation({ name });
      expect(closed(scripted)).toBe(0);
    }
    expect(closed(scripted)).toBe(1);
  });
});
