import { describe, expect, it } from '@jest/globals';
import { Code, type CodeName } from '../../src/status.js';
import { grpcError, type GrpcStatus } from '../../src/transports/grpc-status.js';
import { encodeStatus } from '../../src/wire/messages.js';

const rpc = { method: 'GetOperation', name: 'operations/1' };
const type = 'type.googleapis.com/google.rpc.';
const info = { '@type': `${type}ErrorInfo`, reason: 'LATER', domain: 'a.com', metadata: {} } as const;

/** Trailers as grpc-js has them. */
const trailers = (entries: Readonly<Record<string, unknown>>): GrpcStatus['metadata'] => ({
  get: (key) => (key in entries ? [entries[key]] : []),
  getMap: () => entries,
});
const contentType = trailers({ 'content-type': 'application/grpc' });
const detailed = (message: string, code: Code = Code.NOT_FOUND) =>
  trailers({ 'grpc-status-details-bin': encodeStatus({ code, message, details: [info] }) });

const error = (code: number, details: string, metadata = contentType, headersReceived = true) =>
  grpcError(rpc, { code, details, metadata }, headersReceived);

describe('grpcError()', () => {
  it.each<[string, GrpcStatus['metadata'], boolean, string]>([
    ['headers and trailers', contentType, true, 'service'],
    ['trailers only', contentType, false, 'service'],
    ['headers, and no trailers', trailers({}), true, 'service'],
    ['headers, and no metadata', undefined, true, 'service'],
    ['neither', trailers({}), false, 'transport'],
    ['no metadata', undefined, false, 'transport'],
  ])('is of the service if it sent something: %s', (_, metadata, headersReceived, origin) => {
    expect(grpcError(rpc, { code: 5, details: 'gone', metadata }, headersReceived)).toMatchObject({
      ...{ origin, rpcCode: Code.NOT_FOUND, method: 'GetOperation', operationName: rpc.name },
      status: { message: expect.stringMatching(/^gone/) },
    });
  });

  it.each([
    'Connection dropped',
    'Deadline exceeded after 5s',
    'Stream refused by server',
    'read ECONNRESET',
    'Received HTTP status code 502',
    'Received RST_STREAM with code 2',
    'No message received',
    'Response message parsing error: x',
  ])('is of the transport where grpc-js wrote the text, though a server sent something: %s', (text) => {
    expect(error(Code.UNAVAILABLE, text).origin).toBe('transport');
    expect(error(Code.UNAVAILABLE, `it said: ${text}`).origin).toBe('service');
  });

  it.each([
    ['', 'in the details', 'in the details'],
    ['in the details', 'in the details ', 'in the details '],
    ['of the call', 'in the details', 'of the call'],
    ['', '', ''],
  ])('has of the text %j and the one of the details, %j, the longer: %j', (text, rich, message) => {
    expect(error(Code.NOT_FOUND, text, detailed(rich)).status).toEqual({ code: 5, message, details: [info] });
  });

  it.each([[undefined], ['text'], [Uint8Array.of(10, 200, 1)]])('has no details of %p', (bytes) => {
    const metadata = trailers({ 'grpc-status-details-bin': bytes });
    expect(error(Code.NOT_FOUND, 'gone', metadata).status).toEqual({ code: 5, message: 'gone', details: [] });
  });

  it('has an empty message for a status without a text', () => {
    expect(error(Code.NOT_FOUND, undefined as never).status.message).toBe('');
  });

  it.each<[CodeName, string, boolean, CodeName]>([
    ['RESOURCE_EXHAUSTED', 'Received message larger than max (9 vs. 4)', true, 'OUT_OF_RANGE'],
    ['RESOURCE_EXHAUSTED', 'grpc: received message larger than max (9 vs. 4)', true, 'OUT_OF_RANGE'],
    ['RESOURCE_EXHAUSTED', 'message exceeds maximum size', true, 'OUT_OF_RANGE'],
    ['RESOURCE_EXHAUSTED', 'quota exceeded', true, 'RESOURCE_EXHAUSTED'],
    ['INTERNAL', 'message exceeds maximum size', true, 'INTERNAL'],
    ['RESOURCE_EXHAUSTED', 'message exceeds maximum size', false, 'OUT_OF_RANGE'],
    ['RESOURCE_EXHAUSTED', 'Bandwidth exhausted', false, 'RESOURCE_EXHAUSTED'],
    ['CANCELLED', 'Call cancelled', true, 'UNAVAILABLE'],
    ['CANCELLED', 'Cancelled on client', true, 'CANCELLED'],
    ['CANCELLED', 'the caller has cancelled', true, 'CANCELLED'],
    ['UNAVAILABLE', 'ssl3_get_record:wrong version number', false, 'FAILED_PRECONDITION'],
    ['UNAVAILABLE', 'ssl3_get_record:wrong version number', true, 'UNAVAILABLE'],
    ['UNAVAILABLE', 'connect ECONNREFUSED 127.0.0.1:1', false, 'UNAVAILABLE'],
  ])('of code %s and text %j, after a response %p, has the code %s', (code, text, hasResponse, expected) => {
    expect(error(Code[code], text, hasResponse ? contentType : trailers({}), hasResponse).rpcCode).toBe(Code[expected]);
  });

  it.each([
    ['wrong version number', 'the server does not speak TLS on this port'],
    ['packet length too long', 'the server does not speak TLS on this port'],
    ['no application protocol', 'the server does not speak HTTP/2 (ALPN h2)'],
    ['No connection established. Last error: Protocol error', 'the server does not speak HTTP/2 on this port'],
    ['Plain text refused: the server speaks TLS', 'the server expects TLS on this port'],
    ['alert number 70', 'the server does not support this version of TLS'],
    ['alert handshake failure', 'the server refused the TLS handshake'],
    ['self-signed certificate', 'a certificate is missing or was not accepted'],
  ])('explains that the next attempt would end the same: %s', (text, problem) => {
    const { status, origin } = error(Code.UNAVAILABLE, text, trailers({}), false);
    expect(origin).toBe('transport');
    expect(status).toMatchObject({ code: Code.FAILED_PRECONDITION, message: expect.stringContaining(`${problem}: `) });
  });

  it('keeps the message of another broken connection, with what to do', () => {
    const { status } = error(Code.UNAVAILABLE, 'connect ECONNREFUSED 127.0.0.1:1', trailers({}), false);
    expect(status.message).toBe(
      'connect ECONNREFUSED 127.0.0.1:1; check the host, the port and the network: nothing listens there',
    );
  });

  it('says that the server reset the stream, in the words of grpc-js', () => {
    expect(error(Code.CANCELLED, 'Call cancelled').status).toEqual({
      code: Code.UNAVAILABLE,
      message: 'Call cancelled',
      details: [],
    });
  });

  it('has the delay of the details', () => {
    const retryInfo = { '@type': `${type}RetryInfo`, retryDelay: '2.500s' } as const;
    const bytes = encodeStatus({ code: 14, message: 'later', details: [retryInfo] });
    const metadata = trailers({ 'grpc-status-details-bin': bytes });
    expect(error(14, 'later', metadata)).toMatchObject({ retryAfterMs: 2500, rpcCode: Code.UNAVAILABLE });
  });

  it('has a copy of the error as its cause', () => {
    const { cause } = error(5, 'gone');
    expect(cause).toEqual(Object.assign(new Error('gone'), { code: 5 }));
  });

  it.each<[string, CodeName, string]>([
    [
      'Cannot get credentials: HTTP 503; secret',
      'UNAVAILABLE',
      'Cannot get credentials: HTTP 503; secret', // described by this package, so that nothing in it is one
    ],
    ['secret at ECONNREFUSED', 'UNAVAILABLE', 'Cannot get credentials: ECONNREFUSED'],
    ['secret of invalid_grant', 'UNAUTHENTICATED', 'Cannot get credentials: invalid_grant'],
  ])('of call credentials that failed, %j, is %s', (text, code, message) => {
    const failed = error(Code.UNAVAILABLE, `Getting metadata from plugin failed with error: ${text}`);
    expect(failed.rpcCode).toBe(Code[code]);
    expect(failed.status.message.startsWith(message)).toBe(true);
    expect(failed.status.message.includes('secret')).toBe(message.includes('secret'));
  });
});
