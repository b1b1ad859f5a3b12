import { Code } from 'longrunning';
import { grpcTransport } from 'longrunning/grpc';
import { restTransport } from 'longrunning/rest';
import gax from 'google-gax';
import { operationToJson } from '../../../src/wire/json.js';
import { encodeOperation } from '../../../src/wire/messages.js';
import { name, pem, secret, waitFor, type Failure, type FailureWorld } from './world.js';

const refused = {
  code: 401,
  message: 'Request had invalid authentication credentials. Expected OAuth 2 access token.',
  status: 'UNAUTHENTICATED',
  details: [
    { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'ACCESS_TOKEN_EXPIRED', domain: 'googleapis.com' },
  ],
};
const running = { name, done: false };

/** A server that accepts credentials for some requests, and then no more. */
function acceptingOnly(world: FailureWorld, accepted: number): Promise<number> {
  let requests = 0;
  return world.http((_, response) => {
    if (requests++ < accepted) response.end(JSON.stringify(operationToJson(running)));
    else response.writeHead(401).end(JSON.stringify({ error: refused }));
  });
}

function grpcAcceptingOnly(world: FailureWorld, accepted: number): Promise<number> {
  let requests = 0;
  const refusal = { code: Code.UNAUTHENTICATED, details: refused.message };
  return world.grpc({ GetOperation: () => (requests++ < accepted ? encodeOperation(running) : refusal) });
}

const tokenServerDown = (): Promise<never> =>
  Promise.reject(
    Object.assign(
      new Error(`request to https://127.0.0.1:1/token?assertion=${secret} failed, reason: connect ECONNREFUSED`),
      { code: 'ECONNREFUSED' },
    ),
  );
const tokenRevoked = (): Promise<never> =>
  Promise.reject(
    Object.assign(new Error('invalid_grant'), {
      response: { status: 400, data: { error: 'invalid_grant', error_description: secret } },
    }),
  );
const { OAuth2Client } = gax.googleAuthLibrary;

/** An auth client whose requests for a token fail. */
function authClient(getRequestHeaders: () => Promise<never>): object {
  return Object.assign(new OAuth2Client(), { getRequestHeaders });
}

/** Sets environment variables until the end. */
function setEnv(world: FailureWorld, values: Record<string, string>): void {
  for (const [variable, value] of Object.entries(values)) {
    const before = process.env[variable];
    process.env[variable] = value;
    world.onEnd(() => {
      if (before === undefined) Reflect.deleteProperty(process.env, variable);
      else process.env[variable] = before;
    });
  }
}

const noAdc = {
  METADATA_SERVER_DETECTION: 'none',
  CLOUDSDK_CONFIG: '/nonexistent',
  GOOGLE_APPLICATION_CREDENTIALS: '',
};
const wrongKeyFile = { ...noAdc, GOOGLE_APPLICATION_CREDENTIALS: '/nonexistent/key.json' };

/** Waits over a secure connection with Application Default Credentials. */
async function overGrpcWithAdc(world: FailureWorld, env: Record<string, string>): Promise<unknown> {
  setEnv(world, env);
  return waitFor(world.client(grpcTransport({ apiEndpoint: 'localhost:1' })));
}

function overRestWithAdc(world: FailureWorld, env: Record<string, string>): Promise<unknown> {
  setEnv(world, env);
  return waitFor(world.client(restTransport({ apiEndpoint: 'https://jobs.invalid', auth: 'adc' })));
}

/** The credentials are missing, cannot be had, or are not accepted. */
export const credentialFailures: readonly Failure[] = [
  {
    title: 'no credentials on this machine',
    action: 'log in, or name a key file',
    wire: 'REST',
    produce: (world) => overRestWithAdc(world, noAdc),
  },
  {
    title: 'no credentials on this machine',
    action: 'log in, or name a key file',
    wire: 'gRPC',
    produce: (world) => overGrpcWithAdc(world, noAdc),
  },
  {
    title: 'a key file that is not there',
    action: 'correct the path',
    wire: 'REST',
    produce: (world) => overRestWithAdc(world, wrongKeyFile),
  },
  {
    title: 'a key file that is not there',
    action: 'correct the path',
    wire: 'gRPC',
    produce: (world) => overGrpcWithAdc(world, wrongKeyFile),
  },
  {
    title: 'a transport without credentials',
    action: "pass `auth`, such as `'adc'`",
    wire: 'REST',
    produce: async (world) => {
      const apiEndpoint = `http://127.0.0.1:${await acceptingOnly(world, 0)}`;
      return waitFor(world.client(restTransport({ apiEndpoint })));
    },
  },
  {
    title: 'a transport without credentials',
    action: "pass `auth`, such as `'adc'`",
    wire: 'gRPC',
    produce: async (world) => waitFor(world.grpcAt(`127.0.0.1:${await grpcAcceptingOnly(world, 0)}`, { headers: {} })),
  },
  {
    title: 'credentials that are not accepted, HTTP 401',
    action: 'renew them, then resume',
    wire: 'REST',
    produce: async (world) => waitFor(world.rest(await acceptingOnly(world, 0))),
  },
  {
    title: 'credentials that are not accepted, HTTP 401',
    action: 'renew them, then resume',
    wire: 'gRPC',
    produce: async (world) => waitFor(world.grpcAt(`127.0.0.1:${await grpcAcceptingOnly(world, 0)}`)),
  },
  {
    title: 'credentials that expire during the wait',
    action: 'renew them, then resume; with `auth` that happens by itself',
    wire: 'REST',
    produce: async (world) => waitFor(world.rest(await acceptingOnly(world, 2))),
  },
  {
    title: 'credentials that expire during the wait',
    action: 'renew them, then resume; with `auth` that happens by itself',
    wire: 'gRPC',
    produce: async (world) => waitFor(world.grpcAt(`127.0.0.1:${await grpcAcceptingOnly(world, 2)}`)),
  },
  {
    title: 'the token server cannot be reached',
    action: 'check the network, then resume',
    wire: 'REST',
    produce: async (world) => waitFor(world.rest(await acceptingOnly(world, 0), { auth: tokenServerDown })),
  },
  {
    title: 'the token server cannot be reached',
    action: 'check the network, then resume',
    wire: 'gRPC',
    produce: async (world) => {
      const port = await world.grpc({ GetOperation: () => 'hang' }, 'cert');
      return waitFor(securely(world, port, tokenServerDown));
    },
  },
  {
    title: 'a login that was revoked or is too old',
    action: 'log in again, then resume',
    wire: 'REST',
    produce: async (world) => waitFor(world.rest(await acceptingOnly(world, 0), { auth: tokenRevoked })),
  },
  {
    title: 'a login that was revoked or is too old',
    action: 'log in again, then resume',
    wire: 'gRPC',
    produce: async (world) => {
      const port = await world.grpc({ GetOperation: () => 'hang' }, 'cert');
      return waitFor(securely(world, port, tokenRevoked));
    },
  },
];

/** A client over TLS whose calls carry the credentials of an auth client. */
function securely(world: FailureWorld, port: number, getRequestHeaders: () => Promise<never>) {
  const { credentials } = gax.grpc;
  const call = credentials.createFromGoogleCredential(authClient(getRequestHeaders) as never);
  const sslCreds = credentials.combineChannelCredentials(credentials.createSsl(pem('cert')), call);
  return world.grpcAt(`localhost:${port}`, { sslCreds });
}
