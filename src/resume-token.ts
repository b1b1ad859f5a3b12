import type { OperationInfo } from './any.js';
import { assertName, assertArgument, mergeDefined } from './arguments.js';

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
  return mergeDefined<ResumeToken>({ version: 1, name, startedAtMs }, identifyingFields(context));
}

/**
 * Checks what claims to be a token, field by field, and that it is about the same service and types.
 *
 * @returns what there is to know of it: the rest is as it is here.
 * @throws TypeError that says what is wrong with it.
 */
export function readToken(token: unknown, context: TokenContext): Pick<ResumeToken, 'name' | 'startedAtMs'> {
  const act = 'resume from the token';
  assertArgument(typeof token === 'object' && token, act, 'token', 'an object', token);
  const { version, name, startedAtMs, ...fields } = token as Record<string, unknown>;
  assertArgument(version === 1, act, 'version', '1', version);
  assertName(act, name);
  const isTime = Number.isFinite(startedAtMs) && (startedAtMs as number) >= 0;
  assertArgument(isTime, act, 'startedAtMs', 'a number of milliseconds', startedAtMs);
  for (const [field, expected] of Object.entries(identifyingFields(context))) {
    const value = fields[field];
    const matches = value === undefined || (typeof value === 'string' && (expected ?? value) === value);
    assertArgument(matches, act, field, expected ?? 'a string', value);
  }
  return { name, startedAtMs: startedAtMs as number };
}

/** The fields that tell of the service and the types: those that are known. */
function identifyingFields({ info, apiEndpoint }: TokenContext) {
  return {
    // The port says how to reach a service, not which one it is: the same one has others for gRPC and for REST.
    apiEndpoint: apiEndpoint?.replace(/:\d+$/, ''),
    responseType: info.response.typeName,
    metadataType: info.metadata.typeName,
  };
}
