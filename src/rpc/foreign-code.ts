import { Code, toCode } from '../status.js';

/** The codes of HTTP statuses; those of others depend on the first digit. A short form of `codeFromHttp()`, for the core's size. */
const codesByStatus: Readonly<Record<number, Code>> = {
  400: Code.INVALID_ARGUMENT,
  401: Code.UNAUTHENTICATED,
  403: Code.PERMISSION_DENIED,
  404: Code.NOT_FOUND,
  408: Code.DEADLINE_EXCEEDED,
  409: Code.ABORTED,
  421: Code.UNAVAILABLE,
  423: Code.ABORTED,
  425: Code.UNAVAILABLE,
  429: Code.RESOURCE_EXHAUSTED,
  501: Code.UNIMPLEMENTED,
  504: Code.DEADLINE_EXCEEDED,
};

/**
 * The code of an error of another library: its `code` by number or name, or the HTTP status of a response, each also in a
 * string. Undefined if it has none.
 */
export function foreignCode(error: unknown): Code | undefined {
  const { code, status, statusCode, response } = Object(error) as Record<string, unknown>;
  for (const given of [code, status, statusCode]) {
    const text = String(given).toUpperCase();
    const number = Number(text);
    // Connect and Twirp spell it with one L.
    const known = Code[text.replace('CELED', 'CELLED') as keyof typeof Code];
    if (known) return known;
    // A small number elsewhere may be anything, such as the exit code of a process.
    if (number && given === code && toCode(number) === number) return number;
    if (number >= 400 && number < 600)
      return codesByStatus[number] ?? (number < 500 ? Code.FAILED_PRECONDITION : Code.UNAVAILABLE);
  }
  return response ? foreignCode(response) : undefined;
}
