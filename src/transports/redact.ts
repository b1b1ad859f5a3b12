import type { HeaderRecord } from './headers.js';

/** Whether the name of a header, in lower case, shows that its value is a credential. */
export function isCredential(name: string): boolean {
  return /^(?:proxy-)?authorization$|^cookie$|^x-(?:goog-.*)?(?:api-)?key$|-(?:token|secret)$/.test(name);
}

// Auth clients return it with the credentials. It is not a secret, and error messages name the project.
const quotaProject = 'x-goog-user-project';

/**
 * The credentials in headers that the text of an error must not repeat, with and without a scheme such as `Bearer`.
 *
 * @param names - headers that hold credentials whatever their names.
 */
export function secretValues(headers: HeaderRecord, names: readonly string[]): string[] {
  return Object.entries(headers)
    .filter(([name]) => isCredential(name) || (names.includes(name) && name !== quotaProject))
    .flatMap(([, value]) => [value, value.slice(value.lastIndexOf(' ') + 1)])
    .filter((secret) => secret.length > 3);
}

/** Replaces secrets in a text by `***`. */
export function redact(text: string, secrets: readonly string[]): string {
  return secrets.reduce((redacted, secret) => redacted.replaceAll(secret, '***'), text);
}
