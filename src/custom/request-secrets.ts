import { asRecord } from '../transports/as-record.js';
import { parseUrl } from '../transports/endpoint.js';
import { forEachHeader, type HeadersLike } from '../transports/headers.js';
import { Redactor } from '../transports/redact.js';
import { secretValues, urlSecrets } from '../transports/secrets.js';

/** Removes the credentials of the request that HTTP libraries attach to their errors, wherever each of them does. */
export function redactorFor(error: unknown): Redactor {
  return new Redactor(() => {
    const { response } = asRecord(error);
    const holders = [error, response]
      .map(asRecord)
      .flatMap(({ config, request, options }) => [config, request, options]);
    return [...holders, error, response]
      .map(asRecord)
      .flatMap(({ headers, url }) => [...headerSecrets(headers), ...secretsOfUrl(url)]);
  });
}

function headerSecrets(headers: unknown): string[] {
  const secrets: string[] = [];
  forEachHeader(asRecord(headers) as HeadersLike, (name, value: unknown) => {
    secrets.push(...secretValues({ [name.toLowerCase()]: String(value) }, []));
  });
  return secrets;
}

function secretsOfUrl(text: unknown): string[] {
  const url = parseUrl(String(text), 'http://localhost');
  return url ? urlSecrets(url) : [];
}
