import type { JsonValue } from '../any.js';
import { Code } from '../status.js';
import type { RawOperation } from '../transport.js';
import { RpcError } from './script.js';
import { escapeRegExp } from './store.js';

/** A request to a method that was added with {@link OperationsEmulator.handle}. */
export interface HandlerRequest {
  /** The request message in wire format, over gRPC. */
  readonly bytes?: Uint8Array | undefined;
  /** The request's body, over HTTP; undefined if there is none. */
  readonly json?: JsonValue | undefined;
  /** What the variables of the path (the named groups of a RegExp) stand for, and the query parameters. */
  readonly params: Readonly<Record<string, string>>;
  /** The request's headers or gRPC metadata, their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Answers a request with an operation, as a rule one that it starts. An error that it throws becomes a status where it
 * has a numeric `code` (with `message` and `details`) or a `status`, as a `RequestError` has; else INTERNAL.
 */
export type OperationHandler = (request: HandlerRequest) => RawOperation | Promise<RawOperation>;

/** A handler that was found for a request. */
export interface FoundHandler {
  /** What it was added for; the `method` of its calls in the log. */
  readonly path: string;
  readonly handler: OperationHandler;
  readonly params: Readonly<Record<string, string>>;
}

interface Route {
  readonly path: string;
  readonly isGrpc: boolean;
  readonly handler: OperationHandler;
  readonly read: (target: string) => Record<string, string> | undefined;
}

/** The methods that start operations, by gRPC path, or by HTTP verb and path. */
export class Handlers {
  readonly #routes: Route[] = [];

  /** @throws TypeError if the path is none. */
  add(path: string | RegExp, handler: OperationHandler): void {
    const variable = /\{[\w.]+(=[^{}]*)?\}/g;
    if (typeof path === 'string' && !/^([A-Z]+ )?\/[^{}]*$/.test(path.replace(variable, ''))) {
      throw new TypeError(
        `Cannot handle a method as 'path' must be like '/package.Service/Method' or 'POST /v1/{name=*}': current value is '${path}'`,
      );
    }
    const isGrpc = typeof path === 'string' && path.startsWith('/');
    this.#routes.push({ path: String(path), isGrpc, handler, read: compilePath(path) });
  }

  /** The gRPC paths. */
  get grpcPaths(): string[] {
    return this.#routes.filter(({ isGrpc }) => isGrpc).map(({ path }) => path);
  }

  /**
   * The handler for a request; the last one added wins.
   *
   * @param target - a gRPC path, or an HTTP verb, a space, and the path as it came.
   */
  find(target: string): FoundHandler | undefined {
    for (const { path, handler, read } of this.#routes.toReversed()) {
      const params = read(target);
      if (params) return { path, handler, params };
    }
    return undefined;
  }
}

function compilePath(path: string | RegExp): Route['read'] {
  const { pattern, names } = typeof path === 'string' ? compile(path) : { pattern: new RegExp(path), names: undefined };
  return (target) => {
    pattern.lastIndex = 0; // which one that is global or sticky goes on from
    const match = pattern.exec(target);
    if (!match) return undefined;
    const found = names ? names.map((name, i) => [name, match[i + 1]] as const) : Object.entries(match.groups ?? {});
    return Object.fromEntries(found.map(([name, value]) => [name, decodePath(value ?? '')]));
  };
}

/** A path template of `google.api.http` as a regular expression, and the names of its groups. */
function compile(template: string): { pattern: RegExp; names: string[] } {
  const names: string[] = [];
  const tokens = /\{([\w.]+)(?:=([^}]*))?\}|\*\*|\*|[^{*]+/g;
  const source = template.replace(tokens, (token: string, name?: string, inner?: string) => {
    if (name === undefined) return wildcardPattern(token);
    names.push(name);
    return `(${wildcardPattern(inner ?? '*')})`;
  });
  return { pattern: new RegExp(`^${source}$`), names };
}

// A ':' in a segment comes percent-encoded; one as it is begins the verb.
function wildcardPattern(text: string): string {
  return escapeRegExp(text).replace(/\\\*\\\*|\\\*/g, (stars) => (stars === '\\*' ? '[^/:]+' : '[^:]*'));
}

/**
 * Percent-decodes what a variable of several segments stands for: all but `%2F`, which is not one of its slashes.
 *
 * @throws {@link Refusal} if it is not percent-encoded.
 * @see `google/api/http.proto`
 */
export function decodePath(text: string): string {
  try {
    return decodeURIComponent(text.replace(/%2F/gi, (slash) => `%25${slash.slice(1)}`));
  } catch {
    throw new RpcError(Code.INVALID_ARGUMENT, 'The path is not percent-encoded');
  }
}
