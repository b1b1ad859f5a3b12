import type { JsonValue } from '../any.js';
import { assertArgument } from '../arguments.js';
import { Code } from '../status.js';
import type { RawOperation } from '../transport.js';
import { escapeRegExp } from './paging.js';
import { RpcError } from './rpc-error.js';

/** A request to a method that was added with {@link OperationsEmulator.handle}. */
export interface HandlerRequest {
  /** Over gRPC: the request message in wire format. */
  readonly bytes?: Uint8Array | undefined;
  /** Over HTTP: the request body; undefined if it is empty. */
  readonly json?: JsonValue | undefined;
  /** The values of the path's variables (of a RegExp: its named groups), and the query parameters. */
  readonly params: Readonly<Record<string, string>>;
  /** The request's headers or gRPC metadata, with names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Returns the operation to respond with, usually one that it starts. An error that it throws becomes the status of the
 * call if it has a `status`, as a `RequestError` has, or a numeric `code` (with `message` and `details`); otherwise the
 * call fails with INTERNAL.
 */
export type OperationHandler = (request: HandlerRequest) => RawOperation | Promise<RawOperation>;

/** The handler for a request. */
export interface FoundHandler {
  /** The path that it was added for; the `method` of its calls in the log. */
  readonly path: string;
  readonly handler: OperationHandler;
  readonly params: Readonly<Record<string, string>>;
}

interface Route {
  readonly path: string;
  readonly isGrpc: boolean;
  readonly handler: OperationHandler;
  /** The parameters of a request to `target`; undefined if the route does not match. */
  readonly match: (target: string) => Record<string, string> | undefined;
}

/** The handlers by gRPC path, or by HTTP method and path. */
export class Handlers {
  readonly #routes: Route[] = [];

  /** @throws TypeError if the path is neither a gRPC path nor an HTTP method and a path template. */
  add(path: string | RegExp, handler: OperationHandler): void {
    const variable = /\{[\w.]+(=[^{}]*)?\}/g;
    const valid = typeof path !== 'string' || /^([A-Z]+ )?\/[^{}]*$/.test(path.replace(variable, ''));
    assertArgument(valid, 'add a handler', 'path', "like '/package.Service/Method' or 'POST /v1/{name=*}'", path);
    const isGrpc = typeof path === 'string' && path.startsWith('/');
    this.#routes.push({ path: String(path), isGrpc, handler, match: compilePath(path) });
  }

  /** The gRPC paths. */
  get grpcPaths(): string[] {
    return this.#routes.filter(({ isGrpc }) => isGrpc).map(({ path }) => path);
  }

  /**
   * Finds the handler for a request. If several match, the last one added wins.
   *
   * @param target - a gRPC path, or an HTTP method, a space, and the path as received.
   */
  find(target: string): FoundHandler | undefined {
    for (const { path, handler, match } of this.#routes.toReversed()) {
      const params = match(target);
      if (params) return { path, handler, params };
    }
    return undefined;
  }
}

function compilePath(path: string | RegExp): Route['match'] {
  const { pattern, names } = typeof path === 'string' ? compile(path) : { pattern: new RegExp(path), names: undefined };
  return (target) => {
    pattern.lastIndex = 0; // a global or sticky pattern would continue from there
    const match = pattern.exec(target);
    if (!match) return undefined;
    const found = names ? names.map((name, i) => [name, match[i + 1]] as const) : Object.entries(match.groups ?? {});
    return Object.fromEntries(found.map(([name, value]) => [name, decodePath(value ?? '')]));
  };
}

/** Compiles a path template of `google.api.http` to a regular expression, with the names of its groups. */
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

// A wildcard does not match ':', which starts the custom verb; within a segment it is percent-encoded.
function wildcardPattern(text: string): string {
  return escapeRegExp(text).replace(/\\\*\\\*|\\\*/g, (stars) => (stars === '\\*' ? '[^/:]+' : '[^:]*'));
}

/**
 * Percent-decodes the value of a variable of several segments: everything except `%2F`, which is not a separator.
 *
 * @throws {@link RpcError} INVALID_ARGUMENT if the value is not percent-encoded.
 * @see `google/api/http.proto`
 */
export function decodePath(text: string): string {
  try {
    return decodeURIComponent(text.replace(/%2F/gi, (slash) => `%25${slash.slice(1)}`));
  } catch {
    throw new RpcError(Code.INVALID_ARGUMENT, 'The path is not percent-encoded');
  }
}
