import { assertArgument } from '../arguments.js';

/** Headers of a request, by name. */
export type Headers = Readonly<Record<string, string>>;

/**
 * Checks headers.
 *
 * @throws TypeError if gRPC cannot send a header as text. It does not show the value, which may be a credential.
 */
export function checkHeaders(action: string, headers: Headers): void {
  const nameRule = "an object whose names have letters, digits and -_. only, no 'grpc-' prefix and no '-bin' suffix";
  assertArgument(typeof headers === 'object', action, 'headers', nameRule, 'not shown');
  for (const [name, value] of Object.entries(headers)) {
    const isName = /^[0-9a-z_.-]+$/i.test(name) && !/^grpc-|-bin$/i.test(name);
    assertArgument(isName, action, 'headers', nameRule, `'${name}'`);
    const isText = typeof value === 'string' && /^[ -~]*$/.test(value);
    assertArgument(isText, action, `headers.${name}`, 'printable ASCII text', 'not shown');
  }
}

/** Formats a duration for the header `grpc-timeout`: a unit, and at most eight digits that are not zero. */
export function timeoutHeader(ms: number): string {
  const wholeMs = Math.max(1, Math.ceil(ms));
  return wholeMs < 1e8 ? `${wholeMs}m` : `${Math.ceil(ms / 1000)}S`;
}
