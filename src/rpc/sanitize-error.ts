/** The properties by which HTTP libraries attach a request, with its credentials, to an error. */
const attachments = ['request', 'config', 'response', 'options', 'headers', 'req', 'res'];

type ErrorFields = Readonly<Record<string, unknown>>;

/**
 * An error without the request that an HTTP library attached to it: a copy with nothing but its name, message and code.
 * Any other error is returned unchanged.
 */
export function sanitizeCause(error: unknown): unknown {
  return isExposed(error, 0) ? sanitizeError(error) : error;
}

function isExposed(error: unknown, depth: number): boolean {
  if (typeof error !== 'object' || error === null || depth > 5) return false;
  const fields = error as ErrorFields;
  return attachments.some((name) => isObject(fields[name])) || isExposed(fields.cause, depth + 1);
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;

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
