/** The properties by which HTTP libraries attach a request, with its credentials, to an error; or errors that have one. */
const attachments = ['request', 'response', 'config', 'options', 'headers', 'req', 'res', 'errors'];

type ErrorFields = Readonly<Record<string, unknown>>;

/**
 * An error without the request that an HTTP library attached to it: a copy with nothing but its name, message and code.
 * Any other error is returned unchanged.
 */
export function sanitizeCause(error: unknown): unknown {
  return isExposed(error) ? sanitizeError(error) : error;
}

function isExposed(error: unknown, depth = 0): boolean {
  const fields = Object(error) as ErrorFields;
  // (A cause may refer to itself.)
  return (
    depth > 8 ||
    attachments.some((name) => typeof (fields[name] ?? 0) === 'object') ||
    (fields.cause !== error && isExposed(fields.cause, depth + 1))
  );
}

/**
 * A copy of an error with nothing but its name, message and code.
 *
 * @param redact - removes known credentials from the message.
 */
export function sanitizeError(error: unknown, redact = (text: string): string => text): Error {
  const { name, message, code, cause } = Object(error) as ErrorFields;
  const sanitized = new Error(redact(typeof message === 'string' ? message : String(error)));
  if (typeof name === 'string') sanitized.name = name;
  const system = code ?? (Object(cause) as ErrorFields).code;
  return system === undefined ? sanitized : Object.assign(sanitized, { code: system });
}
