/** What is safe to tell of a failure to get credentials, and whether it may pass. */
export interface AuthErrorInfo {
  /** The HTTP status of the token server's answer. */
  readonly httpStatus: number | undefined;
  /** The code of a system error, such as `'ECONNREFUSED'`. */
  readonly systemCode: string | undefined;
  /** Whether the token server could not be reached, took too long, or answered with 5xx or 429. */
  readonly isTransient: boolean;
}

/**
 * Reads what an auth library, or a caller's own function, threw in place of credentials.
 *
 * One that passes must not end a wait of hours, and one that does not must not be tried again for minutes. Where it says so
 * depends on who threw it: `fetch()` in a cause, google-auth-library in a `code`, and grpc-js leaves nothing but the message.
 */
export function parseAuthError(error: unknown): AuthErrorInfo {
  const causes = causeChain(error);
  const { response, status, code } = causes[0] ?? {};
  const httpStatus = [response?.status, status, code].map(Number).find((http) => http >= 300 && http < 600);
  const codes = causes.map((link) => link.code);
  const words = String(causes[0]?.message).split(/\W+/);
  const systemCode = [...codes, ...words.filter((word) => errno.test(word))].find(isSystemCode);
  const isTransient =
    httpStatus === undefined
      ? systemCode === undefined
        ? causes.some(
            (link) => timeoutErrorNames.test(String(link.name)) || brokenConnectionMessages.test(String(link.message)),
          )
        : networkErrorCodes.test(systemCode)
      : httpStatus >= 500 || httpStatus === 429;
  return { httpStatus, systemCode, isTransient };
}

const isSystemCode = (code: unknown): code is string => typeof code === 'string' && /^[A-Z][A-Z0-9_]+$/.test(code);
const errno = /^E[A-Z][A-Z_]{3,20}$/;
const networkErrorCodes =
  /^(E(CONN|NET|HOST|AI_|NOTFOUND|TIMEDOUT|PIPE|ADDRNOT|MFILE|NFILE)|UND_ERR_(?!INVALID)|ERR_(HTTP2_|STREAM_PREMATURE)|HPE_)/;
const timeoutErrorNames = /^(Abort|Timeout)Error$/;
const brokenConnectionMessages = /fetch failed|socket hang up|premature close|network timeout|operation was aborted/i;

interface ErrorLike {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly code?: unknown;
  readonly status?: unknown;
  readonly response?: { readonly status?: unknown };
  readonly cause?: unknown;
}

function causeChain(error: unknown): ErrorLike[] {
  const causes: ErrorLike[] = [];
  for (let next = error; typeof next === 'object' && next !== null && causes.length < 5;) {
    const link: ErrorLike = next;
    causes.push(link);
    next = link.cause;
  }
  return causes;
}
