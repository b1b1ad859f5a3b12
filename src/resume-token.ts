import type { OperationInfo } from './any.js';
import { requireName, requireThat, withOptions } from './arguments.js';

/** What it takes to resume a wait, in this process or another: a plain object that survives `JSON.stringify`. */
export interface ResumeToken {
  /** The version of the token's form. */
  readonly version: 1;
  /** The operation's name. */
  readonly name: string;
  /** When the operation was first seen, in milliseconds since 1970 (UTC). */
  readonly startedAtMs: number;
  /** The host that the operation lives on, without a port, if the transport knows one. */
  readonly apiEndpoint?: string;
  /** The full name of the declared type of the response. */
  readonly responseType?: string;
  /** The full name of the declared type of the metadata. */
  readonly metadataType?: string;
}

/** What a token is about, on the side of the one who makes or takes it. */
interface TokenContext {
  readonly info: OperationInfo<unknown, unknown>;
  readonly apiEndpoint: string | undefined;
}

/** Makes a token. It holds neither results nor credentials. */
export function makeToken(name: string, startedAtMs: number, context: TokenContext): ResumeToken {
  return withOptions<ResumeToken>({ version: 1, name, startedAtMs }, aboutOf(context));
}

/**
 * Checks what claims to be a token, field by field, and that it is about the same service and types.
 *
 * @returns what there is to know of it: the rest is as it is here.
 * @throws TypeError that says what is wrong with it.
 */
export function readToken(token: unknown, context: TokenContext): Pick<ResumeToken, 'name' | 'startedAtMs'> {
  const act = 'resume from the token';
  requireThat(typeof token === 'object' && token, act, 'token', 'an object', token);
  const { version, name, startedAtMs, ...about } = token as Record<string, unknown>;
  requireThat(version === 1, act, 'version', '1', version);
  requireName(act, name);
  const isTime = Number.isFinite(startedAtMs) && (startedAtMs as number) >= 0;
  requireThat(isTime, act, 'startedAtMs', 'a number of milliseconds', startedAtMs);
  for (const [field, here] of Object.entries(aboutOf(context))) {
    const value = about[field];
    const fits = value === undefined || (typeof value === 'string' && (here ?? value) === value);
    requireThat(fits, act, field, here ?? 'a string', value);
  }
  return { name, startedAtMs: startedAtMs as number };
}

/** The fields that tell of the service and the types: those that are known. */
function aboutOf({ info, apiEndpoint }: TokenContext) {
  return {
    // The port says how to reach a service, not which one it is: the same one has others for gRPC and for REST.
    apiEndpoint: apiEndpoint?.replace(/:\d+$/, ''),
    responseType: info.response.typeName,
    metadataType: info.metadata.typeName,
  };
}
