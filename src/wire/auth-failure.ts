/** What is safe to tell of a failure to get credentials, and whether it may pass. */
export interface AuthFailure {
  /** The HTTP status of the token server's answer. */
  readonly httpStatus: number | undefined;
  /** The code of a system error, such as `'ECONNREFUSED'`. */
  readonly systemCode: string | undefined;
  /** Whether the token server could not be reached, took too long, or answered with 5xx or 429. */
  readonly passing: boolean;
}

/**
 * Reads what an auth library, or a caller's own function, threw in place of credentials.
 *
 * One that passes must not end a wait of hours, and one that does not must not be tried again for minutes. Where it says so
 * depends on who threw it: `fetch()` in a cause, google-auth-library in a `code`, and grpc-js leaves nothing but the message.
 */
export function readAuthFailure(error: unknown): AuthFailure {
  const links = chain(error);
  const { response, status, code } = links[0] ?? {};
  const httpStatus = [response?.status, status, code].map(Number).find((http) => http >= 300 && http < 600);
  const codes = links.map((link) => link.code);
  const words = String(links[0]?.message).split(/\W+/);
  const systemCode = [...codes, ...words.filter((word) => errno.test(word))].find(isSystemCode);
  const passing =
    httpStatus === undefined
      ? systemCode === undefined
        ? links.some((link) => gaveUp.test(String(link.name)) || broke.test(String(link.message)))
        : network.test(systemCode)
      : httpStatus >= 500 || httpStatus === 429;
  return { httpStatus, systemCode, passing };
}

const isSystemCode = (code: unknown): code is string => typeof code === 'string' && /^[A-Z][A-Z0-9_]+$/.test(code);
const errno = /^E[A-Z][A-Z_]{3,20}$/;
const network =
  /^(E(CONN|NET|HOST|AI_|NOTFOUND|TIMEDOUT|PIPE|ADDRNOT|MFILE|NFILE)|UND_ERR_(?!INVALID)|ERR_(HTTP2_|STREAM_PREMATURE)|HPE_)/;
const gaveUp = /^(Abort|Timeout)Error$/;
const broke = /fetch failed|socket hang up|premature close|network timeout|operation was aborted/i;

interface ErrorLike {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly code?: unknown;
  readonly status?: unknown;
  readonly response?: { readonly status?: unknown };
  readonly cause?: unknown;
}

function chain(error: unknown): ErrorLike[] {
  const links: ErrorLike[] = [];
  for (let next = error; typeof next === 'object' && next !== null && links.length < 5;) {
    const link: ErrorLike = next;
    links.push(link);
    next = link.cause;
  }
  return links;
}
