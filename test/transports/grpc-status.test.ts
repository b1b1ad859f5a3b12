import { describe, expect, it } from '@jest/globals';
import { Code, type RequestError, type StatusDetail } from '../../src/index.js';
import { grpcError } from '../../src/transports/grpc-status.js';
import { Redactor } from '../../src/transports/redact.js';
import { encodeStatus } from '../../src/wire/messages.js';

const rpc = { method: 'GetOperation', name: 'operations/a' };
const info: StatusDetail = {
  '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
  reason: 'LATER',
  domain: 'a.com',
  metadata: {},
};

/** Trailers as grpc-js has them. */
const trailersOf = (map: Record<string, unknown>) => ({
  get: (key: string): unknown[] => (key in map ? [map[key]] : []),
  getMap: () => map,
});
const ofService = trailersOf({ 'content-type': 'application/grpc' });
const rich = (message: string) =>
  trailersOf({ 'grpc-status-details-bin': Buffer.from(encodeStatus({ code: 9, message, details: [info] })) });

interface Ending {
  readonly code?: number;
  readonly details?: unknown;
  readonly metadata?: ReturnType<typeof trailersOf>;
  readonly headersReceived?: boolean;
}

function errorOf({ code = Code.UNAVAILABLE, details = '', metadata, headersReceived = false }: Ending): RequestError {
  return grpcError(rpc, { code, details: details as string, metadata }, headersReceived);
}

describe('grpcError()', () => {
  describe('attributes a status', () => {
    it.each<[string, Ending]>([
      ['with trailers', { metadata: ofService }],
      ['after response headers', { headersReceived: true }],
      ['after response headers, with trailers', { metadata: ofService, headersReceived: true }],
      ['with response headers and empty trailers', { metadata: trailersOf({}), headersReceived: true }],
    ])('%s to the service', (_, ending) => expect(errorOf({ ...ending, details: 'busy' }).origin).toBe('service'));

    it.each<[string, Ending]>([
      ['without trailers or headers', { details: 'busy' }],
      ['with empty trailers, without headers', { details: 'busy', metadata: trailersOf({}) }],
      [
        'in the words of grpc-js, whatever came before it',
        { details: 'Received HTTP status code 502', metadata: ofService, headersReceived: true },
      ],
    ])('%s to the transport', (_, ending) => expect(errorOf(ending).origin).toBe('transport'));
  });

  it('has the details of the trailer, and their message where the status has none or has lost its last space', () => {
    const statusOf = (details: string, message: string) =>
      errorOf({ code: Code.FAILED_PRECONDITION, details, metadata: rich(message) }).status;
    expect(statusOf('', 'from the trailer')).toEqual({ code: 9, message: 'from the trailer', details: [info] });
    expect(statusOf('the project: ', 'another')).toEqual({ code: 9, message: 'the project: ', details: [info] });
    expect(statusOf('the project:', 'the project: ').message).toBe('the project: ');
    expect(errorOf({ details: 'busy', metadata: ofService }).status).toEqual({
      code: 14,
      message: 'busy',
      details: [],
    });
  });

  it.each([
    ['is no text', undefined],
    ['is another object', { reason: 'busy' }],
  ])('has an empty message where that of grpc-js %s', (_, details) => {
    expect(errorOf({ details, metadata: ofService }).status.message).toBe('');
  });

  it.each([
    ['bytes that are no status', Uint8Array.of(10, 200, 1)],
    ['a text', 'CAkSBGJ1c3k='],
    ['nothing', undefined],
  ])('ignores details that are %s', (_, bytes) => {
    const metadata = trailersOf({ 'grpc-status-details-bin': bytes });
    expect(errorOf({ code: 5, details: 'gone', metadata }).status).toEqual({ code: 5, message: 'gone', details: [] });
  });

  it('is UNAVAILABLE if the stream was reset, though grpc-js says CANCELLED', () => {
    expect(errorOf({ code: Code.CANCELLED, details: 'Call cancelled' })).toMatchObject({
      origin: 'transport',
      status: { code: Code.UNAVAILABLE, message: 'Call cancelled' },
    });
  });

  it('keeps CANCELLED that the service sent', () => {
    expect(errorOf({ code: Code.CANCELLED, details: 'by an admin', metadata: ofService }).rpcCode).toBe(Code.CANCELLED);
  });

  describe('is OUT_OF_RANGE for a message over a size limit', () => {
    const received = 'Received message larger than max (5 vs 4)';
    const sent = 'grpc: message exceeds maximum size';

    it('of this machine, with the option that raises it', () => {
      const error = errorOf({ code: Code.RESOURCE_EXHAUSTED, details: received, headersReceived: true });
      expect(error).toMatchObject({ rpcCode: Code.OUT_OF_RANGE, origin: 'transport' });
      expect(error.message).toContain("; raise 'grpc.max_receive_message_length' in grpcOptions");
    });

    it('of the server', () => {
      expect(errorOf({ code: Code.RESOURCE_EXHAUSTED, details: sent, metadata: ofService })).toMatchObject({
        rpcCode: Code.OUT_OF_RANGE,
        origin: 'service',
        status: { message: sent },
      });
    });

    it.each([
      ['another code', Code.INTERNAL, sent],
      ['another text', Code.RESOURCE_EXHAUSTED, 'quota exceeded'],
    ])('but not for %s', (_, code, details) => {
      expect(errorOf({ code, details, metadata: ofService })).toMatchObject({ rpcCode: code, origin: 'service' });
      expect(errorOf({ code, details }).rpcCode).toBe(code);
    });
  });

  it.each([
    ['SSL routines:wrong version number', 'the server does not speak TLS on this port'],
    ['no application protocol', 'the server does not speak HTTP/2 (ALPN h2)'],
    ['No connection established. Last error: Error: Protocol error', 'the server does not speak HTTP/2 on this port'],
    ['Plain text refused: the server speaks TLS', 'the server expects TLS on this port'],
    ['tlsv1 alert protocol version', 'the server does not support this version of TLS'],
    ['sslv3 alert handshake failure', 'the server refused the TLS handshake'],
    ['certificate has expired', 'a certificate is missing or was not accepted'],
  ])(
    'is FAILED_PRECONDITION for the connection problem %j, which the next attempt would meet again',
    (text, problem) => {
      const { status, message } = errorOf({ details: text });
      expect(status.code).toBe(Code.FAILED_PRECONDITION);
      expect(status.message).toContain(`${problem}: ${text.slice(0, 20)}`);
      expect(message).toContain(problem);
      // The same words of the service say nothing about the connection.
      expect(errorOf({ details: text, metadata: ofService }).status).toMatchObject({
        code: Code.UNAVAILABLE,
        message: text,
      });
    },
  );

  it('keeps code and message of another connection problem', () => {
    expect(errorOf({ details: 'Connection dropped' }).status.code).toBe(Code.UNAVAILABLE);
    expect(errorOf({ details: 'Connection dropped' }).status.message).toMatch(/^Connection dropped; /);
  });

  it.each([
    [
      'described by this package',
      'Cannot get credentials: HTTP 503',
      { rpcCode: Code.UNAVAILABLE, status: { message: 'Cannot get credentials: HTTP 503' } },
    ],
    [
      'of an auth library',
      'secret in invalid_grant',
      {
        rpcCode: Code.UNAUTHENTICATED,
        status: {
          message: "Cannot get credentials: invalid_grant; log in again: 'gcloud auth application-default login'",
        },
      },
    ],
  ])('shows call credentials that failed with an error %s', (_, text, expected) => {
    const details = `Getting metadata from plugin failed with error: ${text}`;
    expect(errorOf({ details })).toMatchObject({ ...expected, origin: 'transport' });
  });

  it('does not take credentials as missing that it cannot see', () => {
    expect(errorOf({ code: Code.UNAUTHENTICATED, details: 'no', metadata: ofService }).message).toContain(
      '; renew the credentials',
    );
  });

  it('redacts message, details and cause', () => {
    const metadata = trailersOf({
      'grpc-status-details-bin': encodeStatus({ code: 7, message: '', details: [{ ...info, domain: 'hunter2' }] }),
    });
    const redactor = new Redactor(() => ['hunter2']);
    const error = grpcError(rpc, { code: 7, details: 'hunter2 is wrong', metadata }, true, redactor);
    expect(error.status).toEqual({ code: 7, message: '*** is wrong', details: [{ ...info, domain: '***' }] });
    expect(error.cause).toMatchObject({ message: '*** is wrong', code: 7 });
  });
});
