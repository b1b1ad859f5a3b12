// The routing header (AIP-4222) goes to Google's hosts, and to others only if an option says so.
import { describe, expect, it } from '@jest/globals';
import { gaxTransport } from '../../src/gax/index.js';
import { Code } from '../../src/index.js';

const name = 'projects/p/operations/job(1)';
const header = { 'x-goog-request-params': 'name=projects%2Fp%2Foperations%2Fjob%281%29' };

class FakeMetadata {
  readonly headers: Record<string, string> = {};
  clone(): FakeMetadata {
    return new FakeMetadata();
  }
  set(key: string, value: string): void {
    this.headers[key] = value;
  }
}

/** The headers of a call over the channel of a stub that sends to a host. */
async function headersTo(target: string, options?: { routingHeader?: boolean }): Promise<Record<string, string>> {
  let sent: Record<string, string> = {};
  const createCall = () => ({
    start({ headers }: FakeMetadata, listener: { onReceiveStatus(status: object): void }): void {
      sent = headers;
      queueMicrotask(() => listener.onReceiveStatus({ code: Code.NOT_FOUND, details: 'x' }));
    },
    startRead: () => undefined,
    sendMessageWithContext: () => undefined,
    halfClose: () => undefined,
    cancelWithStatus: () => undefined,
  });
  const stub = {
    makeUnaryRequest(
      ...call: [unknown, unknown, unknown, unknown, { interceptors: [() => { start(it: object): void }] }]
    ) {
      call[4].interceptors[0]().start(new FakeMetadata());
    },
    getChannel: () => ({ getTarget: () => `dns:${target}`, createCall }),
  };
  const transport = gaxTransport({ operationsStub: Promise.resolve(stub) }, options);
  await expect(transport.getOperation({ name }, {})).rejects.toMatchObject({ rpcCode: Code.NOT_FOUND });
  return sent;
}

describe('gaxTransport() over gRPC', () => {
  it.each(['speech.googleapis.com:443', 'us-speech.googleapis.com:443', 'speech.mtls.googleapis.com:443'])(
    'sends the routing header to %s',
    async (host) => {
      expect(await headersTo(host)).toMatchObject(header);
      expect(await headersTo(host, { routingHeader: false })).not.toHaveProperty('x-goog-request-params');
    },
  );

  it.each(['127.0.0.1:9010', 'operations.example.com:443', 'googleapis.com.example.com:443'])(
    'sends it to %s only if the option says so',
    async (host) => {
      expect(await headersTo(host)).not.toHaveProperty('x-goog-request-params');
      expect(await headersTo(host, { routingHeader: true })).toMatchObject(header);
    },
  );

  it('refuses an option that does not exist', () => {
    const client = { operationsStub: Promise.resolve({}) } as never;
    expect(() => gaxTransport(client, { routingheader: true } as never)).toThrow(/did you mean 'routingHeader'/);
  });

  it('refuses an option that is not a boolean', () => {
    const client = { operationsStub: Promise.resolve({}) } as never;
    expect(() => gaxTransport(client, { routingHeader: 'yes' as never })).toThrow(/'routingHeader' must be a boolean/);
  });
});
