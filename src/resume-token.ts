import type { OperationInfo } from './any.js';
import { withOptions } from './arguments.js';

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

/** The fields that tell of the service and the types: those that are known. */
type About = Pick<ResumeToken, 'apiEndpoint' | 'responseType' | 'metadataType'>;

/** Makes a token. It holds neither results nor credentials. */
export function makeToken(name: string, startedAtMs: number, context: TokenContext): ResumeToken {
  return withOptions<ResumeToken>({ version: 1, name, startedAtMs }, aboutOf(context));
}

/**
 * Checks what claims to be a token, field by field, and that it is about the same service and types.
 *
 * @throws TypeError that says what is wrong with it.
 */
export function readToken(token: unknown, context: TokenContext): ResumeToken {
  if (typeof token !== 'object' || token === null || Array.isArray(token)) {
    throw new TypeError(`Cannot resume as the token must be an object: current value is ${describe(token)}`);
  }
  const { version, name, startedAtMs, ...rest } = token as Record<string, unknown>;
  if (version !== 1) throw unfit('version', '1', version);
  if (typeof name !== 'string' || name === '') throw unfit('name', 'a non-empty string', name);
  if (typeof startedAtMs !== 'number' || !(startedAtMs >= 0 && startedAtMs < Infinity)) {
    throw unfit('startedAtMs', 'a number of milliseconds since 1970', startedAtMs);
  }
  const about: Partial<Record<string, unknown>> = {};
  for (const [field, here] of Object.entries(aboutOf(context))) {
    const value = (about[field] = rest[field]);
    if (value === undefined) continue;
    if (typeof value !== 'string') throw unfit(field, 'a string', value);
    if (here !== undefined && value !== here) throw unfit(field, `'${here}', as here`, value);
  }
  return withOptions<ResumeToken>({ version, name, startedAtMs }, about);
}

function aboutOf({ info, apiEndpoint }: TokenContext): Record<keyof About, string | undefined> {
  return {
    // The port says how to reach a service, not which one it is: the same one has others for gRPC and for REST.
    apiEndpoint: apiEndpoint?.replace(/:\d+$/, ''),
    responseType: info.response.typeName,
    metadataType: info.metadata.typeName,
  };
}

function unfit(field: string, rule: string, value: unknown): TypeError {
  return new TypeError(`Cannot resume as the token's '${field}' must be ${rule}: current value is ${describe(value)}`);
}

function describe(value: unknown): string {
  if (typeof value === 'string') return `'${value.slice(0, 200)}'`;
  // Not String(): an object from outside may have a `toString` that is no function.
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}
