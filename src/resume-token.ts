import type { OperationInfo } from './any.js';
import { assertArgument, assertResourceName, mergeDefined } from './arguments.js';

/**
 * Resumes a wait, in this process or another: a plain object that survives `JSON.stringify`. It holds neither results
 * nor credentials. It is not signed: its holder may choose the name, and so the operation whose response is returned. Keep
 * tokens at the server, or sign them.
 */
export interface ResumeToken {
  /** The version of the token's format. */
  readonly version: 1;
  /** The operation's name. */
  readonly name: string;
  /** When the operation was first seen, in milliseconds since 1970 (UTC). */
  readonly startedAtMs: number;
  /** The service's host, without a port; absent if the transport does not know it. */
  readonly apiEndpoint?: string;
  /** The full name of the declared type of the response; absent if any type is accepted. */
  readonly responseType?: string;
  /** The full name of the declared type of the metadata; absent if any type is accepted. */
  readonly metadataType?: string;
  /**
   * The span of the wait, as a W3C `traceparent`. Set and read by `traced()` of `longrunning/otel` only: the span of the
   * resumed wait links to it.
   */
  readonly traceparent?: string;
}

/** The service and the types that a token belongs to. */
interface TokenContext {
  readonly info: OperationInfo<unknown, unknown>;
  readonly apiEndpoint: string | undefined;
}

/** Creates a token. */
export function makeToken(name: string, startedAtMs: number, context: TokenContext): ResumeToken {
  return mergeDefined<ResumeToken>({ version: 1, name, startedAtMs }, contextFields(context));
}

/**
 * Validates a token field by field, and checks that it belongs to the same service and types.
 *
 * @returns the fields that are not part of the context.
 * @throws TypeError that names the invalid field.
 */
export function readToken(token: unknown, context: TokenContext): Pick<ResumeToken, 'name' | 'startedAtMs'> {
  const action = 'resume from the token';
  assertArgument(typeof token === 'object' && token !== null, action, 'token', 'an object', token);
  const { version, name, startedAtMs, ...fields } = token as Record<string, unknown>;
  assertArgument(version === 1, action, 'version', '1', version);
  assertResourceName(action, name);
  assertArgument(isTime(startedAtMs), action, 'startedAtMs', 'a number of milliseconds', startedAtMs);
  if (typeof fields.apiEndpoint === 'string') fields.apiEndpoint = hostOf(fields.apiEndpoint);
  for (const [field, expected] of Object.entries(contextFields(context))) {
    const value = fields[field];
    assertArgument(matches(value, expected), action, field, expected ?? 'a string', value);
  }
  return { name, startedAtMs };
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

/** Whether a field of a token has the expected value. A value that is unknown on one side matches any string. */
function matches(value: unknown, expected: string | undefined): boolean {
  if (value === undefined) return true;
  return typeof value === 'string' && (expected === undefined || value === expected);
}

/** The fields of a token that identify the service and the types. */
function contextFields({ info, apiEndpoint }: TokenContext) {
  return {
    apiEndpoint: hostOf(apiEndpoint) || undefined,
    responseType: info.response.typeName,
    metadataType: info.metadata.typeName,
  };
}

/**
 * The host of an endpoint, in lower case, since hosts have none, and without the dot that a full name may end with. Nothing
 * that may be a credential: no path, no query, and nothing of an endpoint with a user. Without the port, which does not
 * identify a service: one service can have different ports for gRPC and REST.
 */
export function hostOf(apiEndpoint = ''): string {
  return apiEndpoint.toLowerCase().replace(/^[^]*@[^]*$|^[\w+.-]+:\/+|\.?(:\d+)?([/?#][^]*)?$/g, '');
}
