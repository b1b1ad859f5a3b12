import { Code } from '../status.js';
import { causeChain, isSystemCode } from './cause-chain.js';

/** Why a request failed that would fail again. */
export interface LastingProblem {
  /** What is wrong, for a message; empty if the message of the error says it. */
  readonly problem: string;
  readonly code: Code;
  /** Whether nothing was sent. */
  readonly isUnsent: boolean;
}

type Row = readonly [pattern: RegExp, problem: string, code?: Code];

// By `CODE: message` of Node.js, undici, node-fetch, axios and got. A code of the network says that the request was sent:
// where only the message counts there is none, or one that says as little as ERR_BAD_REQUEST.
const sent: readonly Row[] = [
  // The next attempt will not trust the certificate either.
  [/^\w*CERT|^UNABLE_TO_/, ''],
  [
    /^ERR_SSL_(?:WRONG_VERSION_N|PACKET_LENGTH_T|HTTP_R)|^EPROTO: [^]*(?:wrong version n|packet length t|ssl[^]*http r)/i,
    'the port does not speak TLS',
  ],
  [/^UND_ERR_(?:INVALID_ARG|NOT_SUPPORTED)/, '', Code.INVALID_ARGUMENT],
  [/TOO_MANY_REDIRECTS: |^: (?:redirect count exceeded|maximum redirect)/, 'the redirects do not end'],
  [/HEADERS?_OVERFLOW: /, 'its headers are too long', Code.OUT_OF_RANGE],
  [/EXCEEDED_MAX_SIZE: /, 'it is too long', Code.OUT_OF_RANGE],
  [/^(?:ERR_\w+)?: [^]*(?: is not (?:a |iterable|defined)|Cannot (?:read|set|destr))/, 'an error of the program'],
];

const unsent: readonly Row[] = [
  [/^: bad port$/, 'fetch does not connect to this port, which the Fetch standard blocks'],
  [
    /^ERR_\w+_PROTOCOL: |^(?:ERR_\w+)?: [^]*(?:\bscheme\b|unsupported protocol|protocols are)/i,
    'the protocol is not supported',
  ],
  [/^ERR_INVALID_URL|^(?:ERR_\w+)?: (?:invalid url|failed to parse url|[^]*URL that inc)/i, 'the URL is invalid'],
];

/**
 * Why the next attempt would fail as this one did; undefined if it may succeed.
 *
 * @param error - what `fetch` or an HTTP library threw.
 */
export function lastingProblem(error: unknown): LastingProblem | undefined {
  const text = `${systemCode(error) ?? ''}: ${rootCauseMessage(error)}`;
  for (const rows of [sent, unsent]) {
    const row = rows.find(([pattern]) => pattern.test(text));
    if (row) return { problem: row[1], code: row[2] ?? Code.FAILED_PRECONDITION, isUnsent: rows === unsent };
  }
  return undefined;
}

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
