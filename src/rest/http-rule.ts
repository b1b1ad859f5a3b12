import { assertArgument } from '../arguments.js';
import { parsePathTemplate, type PathTemplate } from './path-template.js';

const methods = ['GetOperation', 'ListOperations', 'CancelOperation', 'DeleteOperation', 'WaitOperation'] as const;

/** The RPCs of `google.longrunning.Operations`. */
export type Method = (typeof methods)[number];

/** The part of a `google.api.http` rule that says which request is sent: one verb with a path, and what is the body. */
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
  /** Any other verb, such as `{ kind: 'HEAD', path: '/v1/…' }`. */
  readonly custom?:
    | {
        /** The verb. */
        readonly kind?: string | null | undefined;
        /** The path template. */
        readonly path?: string | null | undefined;
      }
    | null
    | undefined;
  /**
   * `'*'`: all fields that are not in the path go into the body as JSON. A field's name: that one does. Absent: there
   * is no body, and the fields are query parameters.
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
  /** More bindings; the first one that the request fits is used. */
  readonly additionalBindings?: readonly HttpBinding[] | null | undefined;
  /** The same under the name that it has in the proto. */
  readonly additional_bindings?: readonly HttpBinding[] | null | undefined;
}

/** A binding that is ready for use. */
export interface Binding {
  /** The HTTP method. */
  readonly httpMethod: string;
  readonly template: PathTemplate;
  /** `'*'`, the name of a field, or empty. */
  readonly body: string;
}

/** The bindings of each method, in the order in which they are tried. */
export type Bindings = Readonly<Partial<Record<Method, readonly Binding[]>>>;

/**
 * The bindings that rules make. Where two rules select the same method, the last one wins, all of it.
 *
 * @throws TypeError if they are no array of objects, or if a rule for one of the five methods has not exactly one verb, or a path that cannot be parsed.
 */
export function bindingsOf(rules: readonly HttpRule[]): Bindings {
  const bindings: Partial<Record<Method, readonly Binding[]>> = {};
  const isList: boolean = Array.isArray(rules);
  assertArgument(isList, 'read HTTP rules', 'httpRules', 'an array', rules);
  for (const rule of rules) {
    if (typeof (rule as unknown) !== 'object' || !(rule as unknown)) throwInvalid('it', 'be an object', rule);
    const method = methodOf(rule.selector ?? '');
    if (method === undefined) continue;
    const more = rule.additionalBindings ?? rule.additional_bindings ?? [];
    bindings[method] = [rule, ...more].map(bindingOf);
  }
  return bindings;
}

/**
 * The rules of `google/longrunning/operations.proto`, made to fit any name: what the proto binds under `operations/`
 * most services have under their own resources. A list's name that is or ends in `operations` is a collection; any other
 * is the parent of one. The proto binds no WaitOperation.
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

function methodOf(selector: string): Method | undefined {
  return methods.find((method) => selector === `google.longrunning.Operations.${method}`);
}

function bindingOf(rule: HttpBinding): Binding {
  const { get, put, post, delete: deletePath, patch, custom } = rule;
  const verbs = {
    GET: get,
    PUT: put,
    POST: post,
    DELETE: deletePath,
    PATCH: patch,
    [custom?.kind ?? '']: custom?.path,
  };
  const paths = Object.entries(verbs).flatMap(([kind, path]) => (path ? [{ verb: kind.toUpperCase(), path }] : []));
  const [binding] = paths;
  if (binding === undefined || paths.length > 1 || !/^[A-Z]+$/.test(binding.verb)) {
    throwInvalid('it', 'have exactly one of get, put, post, delete, patch and custom', rule);
  }
  const body = rule.body ?? '';
  if (body !== '' && binding.verb === 'GET') throwInvalid("'body'", 'be absent from a GET', rule);
  return { httpMethod: binding.verb, template: parsePathTemplate(binding.path), body };
}

function throwInvalid(what: string, must: string, rule: HttpBinding): never {
  throw new TypeError(`Cannot read an HTTP rule as ${what} must ${must}: current value is ${JSON.stringify(rule)}`);
}
