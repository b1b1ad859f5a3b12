import { Code, toCode } from '../status.js';
import { codeFromHttp } from '../wire/http-status.js';
import { isQuotaReason } from '../wire/quota-reason.js';

/**
 * The code of an error of another library: its `code` by number or name, or the HTTP status of a response, each also in a
 * string. Undefined if it has none. A rate that is exhausted is RESOURCE_EXHAUSTED, also with 403.
 */
export function foreignCode(error: unknown): Code | undefined {
  const code = codeIn(error);
  const isQuota = code === Code.PERMISSION_DENIED && isQuotaReason(reasonIn(error as OldError));
  return isQuota ? Code.RESOURCE_EXHAUSTED : code;
}

/** An error of an older Google API, as googleapis and gaxios throw it. */
interface OldError {
  readonly errors?: readonly { readonly reason?: unknown }[];
  readonly response?: { readonly data?: { readonly error?: OldError } };
}

function reasonIn({ errors, response }: OldError): unknown {
  return (errors ?? response?.data?.error?.errors)?.[0]?.reason;
}

function codeIn(error: unknown): Code | undefined {
  const { code, status, statusCode, response } = Object(error) as Record<string, unknown>;
  for (const given of [code, status, statusCode]) {
    const text = String(given).toUpperCase();
    const number = Number(text);
    // Connect and Twirp spell it with one L.
    const known = Code[text.replace('CELED', 'CELLED') as keyof typeof Code];
    if (known) return known;
    // A small number elsewhere may be anything, such as the exit code of a process.
    if (number && given === code && toCode(number) === number) return number;
    if (number >= 400 && number < 600) return codeFromHttp(number);
  }
  return response ? codeIn(response) : undefined;
}
