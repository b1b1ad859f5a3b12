import { decodeEscapes } from './escapes.js';
import type { HeaderRecord } from './headers.js';

/** Whether the name of a header, in lower case, shows that its value is a credential. */
export function isCredential(name: string): boolean {
  return /authorization$|^(?:set-)?cookie$|^x-(?:goog-.*)?(?:api-)?key$|(?:^|-)(?:(?:api|access|subscription|functions)-?key|token|secret|password|assertion|jwt)$/.test(
    name,
  );
}

// Auth clients return it with the credentials. It is not a secret, and error messages name the project.
const quotaProject = 'x-goog-user-project';

/** Shorter texts occur everywhere, and none of them is a credential. */
const minSecretLength = 4;

/**
 * The credentials in headers that the text of an error must not repeat: with and without a scheme such as `Bearer`, the
 * values of cookies, and the user and password of Basic.
 *
 * @param names - headers that hold credentials whatever their names.
 */
export function secretValues(headers: HeaderRecord, names: readonly string[]): string[] {
  return Object.entries(headers)
    .filter(([name]) => isCredential(name) || (names.includes(name) && name !== quotaProject))
    .flatMap(([name, value]) => (name.endsWith('cookie') ? [value, ...cookieValues(value)] : headerValues(value)))
    .filter((secret) => secret.length >= minSecretLength);
}

function headerValues(value: string): string[] {
  const [scheme = '', rest = ''] = value.split(/ (.*)/s);
  const basic = /^basic$/i.test(scheme) ? decodeBase64(rest) : undefined;
  const password = basic?.slice(basic.indexOf(':') + 1);
  return [value, value.slice(value.lastIndexOf(' ') + 1), rest, basic, password].filter((text) => text !== undefined);
}

function cookieValues(value: string): string[] {
  return value.split(/;\s*/).map((pair) => pair.slice(pair.indexOf('=') + 1));
}

function decodeBase64(text: string): string | undefined {
  try {
    return atob(text);
  } catch {
    return undefined;
  }
}

/** The names of query parameters that hold credentials. */
export const credentialParameters =
  'key|api[-_]?key|(?:access|id|refresh|auth|oauth|security)?[-_]?token|sig|signature|x-(?:goog|amz)-(?:signature|security-token)|client_secret|secret|password|assertion';

const credentialParameter = new RegExp(`^(?:${credentialParameters})$`, 'i');

/** The credentials in a URL: those in its query, and its user and password. */
export function urlSecrets({ searchParams, username, password }: URL): string[] {
  const inQuery = [...searchParams].filter(([name]) => credentialParameter.test(name)).map(([, value]) => value);
  return [...inQuery, username, password].filter((secret) => secret.length >= minSecretLength);
}

/**
 * The forms in which a text may repeat a secret, folded, the longest first: itself, as its UTF-8 bytes, and in base64.
 * Each also as it is when what looks like an escape in it is decoded, as {@link decodeEscapes} does in the text.
 */
export function formsOf(secrets: readonly string[]): string[] {
  const forms = secrets
    .flatMap((secret) => [secret, utf8(secret)])
    .flatMap((text) => [text, ...base64Forms(text).filter(({ length }) => length >= 8)]);
  const all = forms.flatMap((form) => [form, decodeEscapes(form).text]).map(fold);
  return [...new Set(all)].filter((form) => form.length >= minSecretLength).sort((a, b) => b.length - a.length);
}

/**
 * A text in which texts are compared: in lower case, and with the `+` and `/` of base64 where it is URL-safe. It has the same
 * length, unlike the lower case of `İ`.
 */
export function fold(text: string): string {
  return text.replaceAll('\u0130', 'i').toLowerCase().replaceAll('-', '+').replaceAll('_', '/');
}

/** A character for each byte of a text in UTF-8. */
export function utf8(text: string): string {
  return String.fromCharCode(...new TextEncoder().encode(text));
}

/** A secret in base64, also within a longer text that was encoded: at each of the three alignments. */
function base64Forms(secret: string): string[] {
  if (/[^\0-\xff]/.test(secret)) return [];
  return [0, 1, 2].map((offset) => {
    const encoded = btoa('\0'.repeat(offset) + secret).replace(/=+$/, '');
    // The first and the last character also hold bits of the text around the secret.
    const isPartial = (offset + secret.length) % 3 !== 0;
    return encoded.slice([0, 2, 3][offset], isPartial ? -1 : undefined);
  });
}
