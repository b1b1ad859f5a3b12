import { Code } from '../status.js';
import { causeChain, isSystemCode } from './cause-chain.js';

/** Why a request failed that would fail again. */
export interface LastingProblem {
  readonly code: Code;
  /** What is wrong, for a message; empty if the message of the error says it. */
  readonly problem: string;
  /** Whether nothing was sent. */
  readonly isUnsent: boolean;
}

type Row = readonly [pattern: RegExp, problem: string, code: Code, isUnsent: boolean];

const { FAILED_PRECONDITION, INVALID_ARGUMENT, OUT_OF_RANGE } = Code;
const invalidUrl = 'the URL is invalid';
const unknownProtocol = 'the protocol is not supported';
const endlessRedirects = 'the redirects do not end';

const plainPort: Row = [
  /^ERR_SSL_(?:WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST)$/,
  'the port does not speak TLS',
  FAILED_PRECONDITION,
  false,
];

// The codes of Node.js, undici, axios and got.
const codes: readonly Row[] = [
  // The next attempt will not trust the certificate either.
  [/CERT|^UNABLE_TO_/, '', FAILED_PRECONDITION, false],
  plainPort,
  [/^ERR_INVALID_URL$/, invalidUrl, FAILED_PRECONDITION, true],
  [/^ERR_(?:INVALID|UNSUPPORTED)_PROTOCOL$/, unknownProtocol, FAILED_PRECONDITION, true],
  [/^UND_ERR_(?:INVALID_ARG|NOT_SUPPORTED)$/, '', INVALID_ARGUMENT, false],
  [/^ERR_(?:FR_)?TOO_MANY_REDIRECTS$/, endlessRedirects, FAILED_PRECONDITION, false],
  [/^(?:UND_ERR|HPE)_HEADERS?_OVERFLOW$/, 'its headers are too long', OUT_OF_RANGE, false],
  [/^UND_ERR_RES_EXCEEDED_MAX_SIZE$/, 'it is too long', OUT_OF_RANGE, false],
];

// What `fetch` of Node.js, node-fetch and axios say where there is no code of the network.
const messages: readonly Row[] = [
  [/^bad port$/, 'fetch does not connect to this port, which the Fetch standard blocks', FAILED_PRECONDITION, true],
  [/\bscheme\b|unsupported protocol|protocols are supported/i, unknownProtocol, FAILED_PRECONDITION, true],
  [/^invalid url|failed to parse url|URL that includes credentials/i, invalidUrl, FAILED_PRECONDITION, true],
  [/^redirect count exceeded|^maximum redirect reached/, endlessRedirects, FAILED_PRECONDITION, false],
  [/ is not (?:a function|a constructor|iterable|defined)/, 'an error of the program', FAILED_PRECONDITION, false],
  [/^Cannot (?:read|set|destructure) propert/, 'an error of the program', FAILED_PRECONDITION, false],
];

// The code of Node.js's `https` is EPROTO for every problem of TLS; its message has the words of OpenSSL.
const notTls = /wrong version number|packet length too long|ssl.*http request/i;

/**
 * Why the next attempt would fail as this one did; undefined if it may succeed.
 *
 * @param error - what `fetch` or an HTTP library threw.
 */
export function lastingProblem(error: unknown): LastingProblem | undefined {
  const code = systemCode(error) ?? '';
  const message = rootCauseMessage(error);
  if (code === 'EPROTO' && notTls.test(message)) return toProblem(plainPort);
  const row = codes.find(([pattern]) => pattern.test(code));
  // Any other code of the network says that the request was on its way.
  return toProblem(row ?? (/^(?:ERR_|$)/.test(code) ? messages.find(([pattern]) => pattern.test(message)) : undefined));
}

const toProblem = (row: Row | undefined): LastingProblem | undefined =>
  row && { problem: row[1], code: row[2], isUnsent: row[3] };

/** The first code of a system error among an error and its causes. */
export function systemCode(error: unknown): string | undefined {
  return causeChain(error)
    .map(({ code }) => code)
    .find(isSystemCode);
}

/** The message of the innermost cause that has one: `fetch` itself only says "fetch failed". */
export function rootCauseMessage(error: unknown): string {
  const texts = causeChain(error).map(({ message }) => message);
  const text = texts.filter((message) => typeof message === 'string' && message !== '').at(-1);
  return typeof text === 'string' ? text : 'unknown error';
}
