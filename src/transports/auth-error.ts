import { Code } from '../status.js';
import { asRecord } from './as-record.js';
import { causeChain, isSystemCode } from './cause-chain.js';
import { withHint } from '../errors.js';
import { InvalidHeaders } from './headers.js';
import { lastingProblem } from './lasting-problem.js';

/** The parts of a failure to get credentials that are safe to show, and whether it is transient. */
export interface AuthErrorInfo {
  /** The HTTP status of the token server's response. */
  readonly httpStatus: number | undefined;
  /** The code of a system error, such as `'ECONNREFUSED'`. */
  readonly systemCode: string | undefined;
  /** Whether the token server could not be reached, took too long, or responded with 5xx or 429. */
  readonly isTransient: boolean;
}

/**
 * Reads what an auth library, or the caller's own function, threw instead of returning credentials.
 *
 * Transient failures must not end a wait of hours; permanent ones must not be retried for minutes. Each source has its own
 * form: `fetch()` sets a cause, google-auth-library a `code`, and grpc-js keeps nothing but the message.
 */
export function parseAuthError(error: unknown): AuthErrorInfo {
  const { response, status, code, message } = asRecord(error);
  const httpStatus = [asRecord(response).status, status, code].map(Number).find((http) => http >= 300 && http < 600);
  const causes = causeChain(error);
  const words = String(message).split(/\W+/);
  const codes = [...causes.map((cause) => cause.code), ...words.filter((word) => errno.test(word))];
  const systemCode = codes.find(isSystemCode);
  const isLasting = httpStatus === undefined && lastingProblem(error) !== undefined;
  return { httpStatus, systemCode, isTransient: !isLasting && isTransient(httpStatus, systemCode, causes) };
}

function isTransient(
  httpStatus: number | undefined,
  systemCode: string | undefined,
  causes: ReturnType<typeof causeChain>,
): boolean {
  if (httpStatus !== undefined) return httpStatus >= 500 || httpStatus === 429;
  if (systemCode !== undefined) return networkErrorCodes.test(systemCode);
  return causes.some(
    ({ name, message }) => timeoutErrorNames.test(String(name)) || brokenConnectionMessages.test(String(message)),
  );
}

const errno = /^E[A-Z][A-Z_]{3,20}$/;
const networkErrorCodes =
  /^(E(CONN|NET|HOST|AI_|NOTFOUND|TIMEDOUT|PIPE|ADDRNOT|MFILE|NFILE)|UND_ERR_(?!INVALID)|ERR_(HTTP2_|STREAM_PREMATURE)|HPE_)/;
const timeoutErrorNames = /^(Abort|Timeout)Error$/;
const brokenConnectionMessages = /fetch failed|socket hang up|premature close|network timeout|operation was aborted/i;

/** As {@link describeAuthFailure}, for an error of any origin, which may throw when it is read. */
export function describeAuthError(error: unknown, subject: string): { code: Code; message: string } {
  try {
    if (error instanceof InvalidHeaders) {
      return { code: Code.UNAUTHENTICATED, message: `Cannot get ${subject}: in what was returned, ${error.problem}` };
    }
    return describeAuthFailure(error, subject);
  } catch {
    // What it throws may hold a credential too.
    return { code: Code.UNAUTHENTICATED, message: `Cannot get ${subject}: an error that cannot be read` };
  }
}

/**
 * Code and message for a failure to get credentials: UNAVAILABLE if it is transient, else UNAUTHENTICATED. The message has
 * codes and known phrases only, since auth libraries put requests, tokens and parts of key files into their errors.
 *
 * @param subject - what could not be had, such as `'credentials for the request'`.
 */
export function describeAuthFailure(error: unknown, subject: string): { code: Code; message: string } {
  const { httpStatus, systemCode, isTransient } = parseAuthError(error);
  const { response } = asRecord(error);
  const phrase = safePhraseIn(error);
  const oauthCode = oauthErrorCode(asRecord(asRecord(response).data).error);
  const http = httpStatus === undefined ? undefined : `HTTP ${httpStatus}`;
  const { problem: lasting } = lastingProblem(error) ?? {};
  const details = [...new Set([http, systemCode, lasting, phrase, oauthCode])].filter(Boolean);
  const problem = `Cannot get ${subject}: ${details.join(', ') || 'no details that are safe to show'}`;
  const isUnreachable = isTransient && httpStatus === undefined;
  const hint = isUnreachable
    ? 'check the network: the token server cannot be reached'
    : hintFor(phrase ?? oauthCode ?? systemCode);
  return { code: isTransient ? Code.UNAVAILABLE : Code.UNAUTHENTICATED, message: withHint(problem, hint) };
}

/** A known phrase in the message of an error or of one of its causes. */
function safePhraseIn(error: unknown): string | undefined {
  const messages = causeChain(error).map(({ message }) => message);
  const texts = messages.filter((message) => typeof message === 'string').map((text) => text.slice(0, 10_000));
  return safePhrases.find((phrase) => texts.some((text) => text.includes(phrase)));
}

/** What to do about credentials that were not found, or that are no longer accepted. */
function hintFor(problem = ''): string | undefined {
  if (missingCredentials.includes(problem)) {
    return "run 'gcloud auth application-default login', or set GOOGLE_APPLICATION_CREDENTIALS to the path of a key file";
  }
  if (problem === 'ENOENT') return 'the key file does not exist: check GOOGLE_APPLICATION_CREDENTIALS or keyFilename';
  return expiredLogins.includes(problem) ? "log in again: 'gcloud auth application-default login'" : undefined;
}

const missingCredentials: readonly string[] = [
  'Could not load the default credentials',
  'Unable to find credentials in current environment',
  'Unable to read the credential file specified by the GOOGLE_APPLICATION_CREDENTIALS environment variable',
  'Unable to detect a Project Id in the current environment',
];

const expiredLogins: readonly string[] = ['invalid_grant', 'invalid_rapt'];

const safePhrases: readonly string[] = [
  ...missingCredentials,
  'No access, refresh token, API key or refresh handler callback is set',
  'No refresh token is set',
  'invalid_rapt',
  'unauthorized_client',
  'Could not refresh access token',
  'invalid_grant',
  'invalid_client',
  'universe domain',
  'file does not exist',
  'not valid JSON',
];

/** The error code of OAuth 2 (RFC 6749, 5.2), such as `invalid_grant`. */
function oauthErrorCode(error: unknown): string | undefined {
  return typeof error === 'string' && /^[a-z_]{1,40}$/.test(error) ? error : undefined;
}
