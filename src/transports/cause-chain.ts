/** The properties of an error that say what happened. Each may be absent, or of any type. */
export type ErrorLike = Readonly<{ name?: unknown; message?: unknown; code?: unknown; cause?: unknown }>;

const maxCauses = 5;

/** An error and its causes, outermost first. */
export function causeChain(error: unknown): ErrorLike[] {
  const causes: ErrorLike[] = [];
  let next = error;
  while (typeof next === 'object' && next !== null && causes.length < maxCauses) {
    const cause: ErrorLike = next;
    causes.push(cause);
    next = cause.cause;
  }
  return causes;
}

/** Whether a value is the code of a system error, such as `'ECONNREFUSED'`. */
export function isSystemCode(code: unknown): code is string {
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]+$/.test(code);
}
