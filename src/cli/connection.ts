import { readFileSync } from 'node:fs';
import { grpcTransport } from '../grpc/index.js';
import { restTransport } from '../rest/index.js';
import type { OperationsTransport } from '../transport.js';
import { assertNotExposed, parseEndpoint } from '../transports/endpoint.js';
import { loadGax } from '../transports/google-gax.js';
import { isGoogleHost } from '../transports/routing-header.js';
import { secretValues } from '../transports/secrets.js';
import { UsageError, type ConnectionSettings } from './command.js';
import { printable } from './printable.js';
import { defaultApiVersion } from './services.js';

type Headers = Readonly<Record<string, string>>;

/** The credentials of requests: found by the client libraries' rules, or a function that returns an access token. */
type Credentials = 'adc' | 'none' | (() => string);

/**
 * Creates the transport of a command.
 *
 * @param addSecret - called with each credential, before it is sent.
 * @throws {@link UsageError} or TypeError if the settings are invalid.
 */
export async function connect(
  settings: ConnectionSettings,
  env: NodeJS.ProcessEnv,
  addSecret: (secret: string) => void,
): Promise<OperationsTransport> {
  const chosen = chooseCredentials(settings, env.LONGRUNNING_ACCESS_TOKEN);
  const credentials = typeof chosen === 'function' ? announced(chosen, addSecret) : chosen;
  const headers = readHeaders(settings.headers);
  secretValues(headers, []).forEach(addSecret);
  return settings.transport === 'grpc'
    ? connectGrpc(settings, credentials, headers)
    : connectRest(settings, credentials, headers);
}

async function connectRest(
  settings: ConnectionSettings,
  credentials: Credentials,
  headers: Headers,
): Promise<OperationsTransport> {
  const { service, endpoint, insecure } = settings;
  const scheme = insecure ? 'http' : 'https';
  const host = endpoint ?? service ?? '';
  const auth = typeof credentials === 'function' ? () => bearer(credentials()) : credentials;
  return restTransport({
    apiVersion: settings.apiVersion ?? (await defaultApiVersion(service)),
    apiEndpoint: `${scheme}://${host}`,
    headers,
    ...(service !== undefined && { service }),
    ...(auth !== 'none' && { auth }),
  });
}

async function connectGrpc(
  { service, endpoint, insecure }: ConnectionSettings,
  credentials: Credentials,
  headers: Headers,
): Promise<OperationsTransport> {
  const apiEndpoint = endpoint ?? service ?? '';
  if (insecure) {
    const all = { ...headers, ...(typeof credentials === 'function' && bearer(credentials())) };
    assertNotExposed(parseEndpoint(`http://${apiEndpoint}`), all, credentials === 'adc');
    const { grpc } = await loadGax();
    return grpcTransport({ apiEndpoint, headers: all, sslCreds: grpc.credentials.createInsecure() });
  }
  if (credentials === 'adc') return grpcTransport({ apiEndpoint, headers });
  if (typeof credentials === 'function') {
    return grpcTransport({ apiEndpoint, headers, authClient: { getRequestHeaders: () => bearer(credentials()) } });
  }
  const { grpc } = await loadGax();
  return grpcTransport({ apiEndpoint, headers, sslCreds: grpc.credentials.createSsl() });
}

/** The credentials by the options, then the environment, then the host: Google's own get Application Default Credentials. */
function chooseCredentials(settings: ConnectionSettings, tokenInEnvironment: string | undefined): Credentials {
  const { auth, accessTokenFile, service, endpoint, insecure } = settings;
  if (auth !== undefined) return auth;
  if (accessTokenFile !== undefined) {
    readAccessToken(accessTokenFile); // a file that cannot be read is an error of the command line
    return () => readAccessToken(accessTokenFile);
  }
  if (tokenInEnvironment) {
    const token = checkAccessToken(tokenInEnvironment, 'LONGRUNNING_ACCESS_TOKEN');
    return () => token;
  }
  return !insecure && isGoogleHost(endpoint ?? service ?? '') ? 'adc' : 'none';
}

/** A source of tokens that reports each token. */
function announced(getToken: () => string, addSecret: (secret: string) => void): () => string {
  return () => {
    const token = getToken();
    addSecret(token);
    return token;
  };
}

function bearer(token: string): Headers {
  return { authorization: `Bearer ${token}` };
}

function readAccessToken(file: string): string {
  return checkAccessToken(readText(file, 'the access token'), `'${printable(file)}'`);
}

/** The message does not show the token. */
function checkAccessToken(text: string, source: string): string {
  const token = text.trim();
  if (/^[!-~]+$/.test(token)) return token;
  throw new UsageError(`${source} does not hold an access token: one line of text without spaces`);
}

function readHeaders(given: readonly string[]): Headers {
  const lines = given.flatMap((header) =>
    header.startsWith('@') ? readText(header.slice(1), 'the headers').split('\n') : [header],
  );
  const headers = lines
    .filter((line) => line.trim() !== '')
    .map((line): [string, string] => {
      const colon = line.indexOf(':');
      // The line is not shown: it may be a credential.
      if (colon < 1) throw new UsageError("a line of --header @FILE is not 'NAME: VALUE'");
      return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
    });
  return Object.fromEntries(headers);
}

function readText(file: string, what: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${what} cannot be read: ${printable((error as Error).message)}`);
  }
}
