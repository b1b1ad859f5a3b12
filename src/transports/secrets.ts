import { percentEncode } from './percent-encode.js';
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

/** The forms in which a text may repeat a secret, itself included, the longest first. */
export function formsOf(secrets: readonly string[]): string[] {
  const forms = secrets.flatMap((secret) => [secret, ...escapedForms(secret), ...base64Forms(secret)]);
  return [...new Set(forms)].sort((a, b) => b.length - a.length);
}

function escapedForms(secret: string): string[] {
  const encoded = [safeEncode(encodeURIComponent, secret), safeEncode(percentEncode, secret)];
  const html = secret.replace(/[&<>"']/g, (char) => htmlEscapes[char] as string);
  const handlebars = html.replaceAll('=', '&#x3D;');
  return [
    secret.toLowerCase(), // as in the host of a URL
    ...encoded,
    ...encoded.map((text) => text.replace(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase())),
    safeEncode(encodeURIComponent, encoded[0] as string),
    JSON.stringify(secret).slice(1, -1),
    secret.replaceAll('/', '\\/'),
    html,
    html.replaceAll('+', '&#43;'), // as Go does
    handlebars,
    handlebars.replaceAll('/', '&#x2F;'), // as Mustache does
    secret.replace(/[^\w.~ -]/g, (char) => `&#x${char.charCodeAt(0).toString(16)};`),
    secret.replace(/[^\w.~ -]/g, (char) => `&#${char.charCodeAt(0)};`),
  ];
}

const htmlEscapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function safeEncode(encode: (text: string) => string, text: string): string {
  try {
    return encode(text);
  } catch {
    return text; // a lone surrogate
  }
}

const minBase64Length = 8;

/** A secret in base64, also within a longer text that was encoded: at each of the three alignments. */
function base64Forms(secret: string): string[] {
  if (/[^\0-\xff]/.test(secret)) return [];
  const forms = [0, 1, 2].map((offset) => {
    const encoded = btoa('\0'.repeat(offset) + secret).replace(/=+$/, '');
    // The first and the last character also hold bits of the text around the secret.
    const isPartial = (offset + secret.length) % 3 !== 0;
    return encoded.slice([0, 2, 3][offset], isPartial ? -1 : undefined);
  });
  const urlSafe = forms.map((form) => form.replaceAll('+', '-').replaceAll('/', '_'));
  return [...forms, ...urlSafe].filter((form) => form.length >= minBase64Length);
}
