import { assertArgument } from '../arguments.js';
import type { OperationsMethod } from '../transport.js';
import { parsePathTemplate, type PathTemplate } from './path-template.js';

const methods: readonly OperationsMethod[] = [
  'GetOperation',
  'ListOperations',
  'CancelOperation',
  'DeleteOperation',
  'WaitOperation',
];

/** The part of a `google.api.http` rule that defines one request: an HTTP method with a path, and the body. */
export interface HttpBinding {
  /** The path template of a GET request. */
  readonly get?: string | null | undefined;
  /** The path template of a PUT request. */
  readonly put?: string | null | undefined;
  /** The path template of a POST request. */
  readonly post?: string | null | undefined;
  /** The path template of a DELETE request. */
  readonly delete?: string | null | undefined;
  /** The path template of a PATCH request. */
  readonly patch?: string | null | undefined;
  /** Any other HTTP method, such as `{ kind: 'HEAD', path: '/v1/…' }`. */
  readonly custom?:
    | {
        /** The HTTP method. */
        readonly kind?: string | null | undefined;
        /** The path template. */
        readonly path?: string | null | undefined;
      }
    | null
    | undefined;
  /**
   * `'*'`: all fields outside the path are sent in the body, as JSON. The name of a field: the body is that field. Absent:
   * there is no body, and the fields are query parameters.
   */
  readonly body?: string | null | undefined;
}

/**
 * A rule of `google.api.http` in its JSON form, as it stands in the `http.rules` of a service's yaml and in the
 * `httpRules` of a generated client.
 *
 * @see `google/api/http.proto`
 *
 * @example
 * ```ts
 * const rule: HttpRule = {
 *   selector: 'google.longrunning.Operations.GetOperation',
 *   get: '/v1/{name=operations/**}',
 *   additional_bindings: [{ get: '/v1/{name=batches/*}' }],
 * };
 * ```
 */
export interface HttpRule extends HttpBinding {
  /** The method's full name, such as `google.longrunning.Operations.GetOperation`; rules of other methods are skipped. */
  readonly selector?: string | null | undefined;
  /** More bindings; the first one that the request matches is used. */
  readonly additionalBindings?: readonly HttpBinding[] | null | undefined;
  /** The same, by its name in the proto. */
  readonly additional_bindings?: readonly HttpBinding[] | null | undefined;
}

/** A parsed binding. */
export interface Binding {
  /** The HTTP method. */
  readonly httpMethod: string;
  readonly template: PathTemplate;
  /** `'*'`, the name of a field, or empty. */
  readonly body: string;
  /** The fields of the bound request, if they are not those of the RPC; undefined if it has none for them. */
  readonly fieldsFrom?: ((fields: Fields) => Fields | undefined) | undefined;
}

/** The fields of a request message by their JSON names. */
export type Fields = Readonly<Record<string, string | number | boolean | undefined>>;

/** The bindings of each method, in the order in which they are tried. */
export type Bindings = Readonly<Partial<Record<OperationsMethod, readonly Binding[]>>>;

/**
 * Parses rules. If two rules select the same method, the last one replaces the first.
 *
 * @throws TypeError if they are not an array of objects, or if a rule for one of the five methods does not have exactly one
 * HTTP method, or has a path that cannot be parsed.
 */
export function bindingsOf(rules: readonly HttpRule[]): Bindings {
  const bindings: Partial<Record<OperationsMethod, readonly Binding[]>> = {};
  const isArray: boolean = Array.isArray(rules);
  assertArgument(isArray, 'read HTTP rules', 'httpRules', 'an array', rules);
  for (const rule of rules) {
    assertObject(rule);
    const method = methodOf(rule.selector ?? '');
    if (method === undefined) continue;
    const more: unknown = rule.additionalBindings ?? rule.additional_bindings ?? [];
    assertArgument(Array.isArray(more), 'read an HTTP rule', 'additionalBindings', 'an array', more);
    bindings[method] = [rule, ...(more as HttpBinding[])].map(bindingOf);
  }
  return bindings;
}

/**
 * The rules of `google/longrunning/operations.proto`, for any name: the proto binds names under `operations/`, but most
 * services have theirs under their own resources. A list's name that is or ends in `operations` is a collection; any other
 * is the parent of one. The proto does not bind WaitOperation.
 */
export function defaultRules(apiVersion: string): HttpRule[] {
  const v = `/${apiVersion}`;
  return [
    {
      selector: 'google.longrunning.Operations.ListOperations',
      get: `${v}/{name=**/operations}`,
      additionalBindings: [{ get: `${v}/{name=**}/operations` }],
    },
    { selector: 'google.longrunning.Operations.GetOperation', get: `${v}/{name=**}` },
    { selector: 'google.longrunning.Operations.DeleteOperation', delete: `${v}/{name=**}` },
    // With body '*' and all fields in the path, the body is an empty JSON object.
    { selector: 'google.longrunning.Operations.CancelOperation', post: `${v}/{name=**}:cancel`, body: '*' },
  ];
}

function methodOf(selector: string): OperationsMethod | undefined {
  return methods.find((method) => selector === `google.longrunning.Operations.${method}`);
}

function assertObject(rule: unknown): void {
  const isObject = typeof rule === 'object' && rule !== null;
  assertArgument(isObject, 'read an HTTP rule', 'rule', 'an object', show(rule));
}

/** A rule as text, without the query of a path, which may have a key. What JSON cannot express is shown as a string. */
function show(rule: unknown): string | undefined {
  try {
    return JSON.stringify(rule, (_, value: unknown) =>
      typeof value === 'string' ? value.replace(/(?:[?#&]|%3f|%23).*/is, '…') : value,
    );
  } catch {
    return Object.prototype.toString.call(rule);
  }
}

function bindingOf(rule: HttpBinding): Binding {
  assertObject(rule);
  const { get, put, post, delete: deletePath, patch, custom, body } = rule;
  const candidates: [unknown, unknown][] = [
    ['GET', get],
    ['PUT', put],
    ['POST', post],
    ['DELETE', deletePath],
    ['PATCH', patch],
    [custom?.kind, custom?.path],
  ];
  const paths = candidates.filter(([, path]) => path);
  const [kind, path] = paths[0] ?? [];
  const httpMethod = typeof kind === 'string' ? kind.toUpperCase() : '';
  const isOne = paths.length === 1 && typeof path === 'string' && /^[A-Z]+$/.test(httpMethod);
  const action = 'read an HTTP rule';
  const oneMethod = 'one with exactly one of get, put, post, delete, patch and custom';
  assertArgument(isOne, action, 'rule', oneMethod, show(rule));
  assertArgument(typeof (body ?? '') === 'string', action, 'body', 'a string', show(rule));
  assertArgument(!body || httpMethod !== 'GET', action, 'body', 'absent from a GET', show(rule));
  return { httpMethod, template: parsePathTemplate(path), body: body ?? '' };
}
