import { throwInvalidArgument } from '../arguments.js';
import { customOperations } from '../custom/custom-operations.js';
import type { CustomCallOptions } from '../custom/options.js';
import type { CustomError } from '../custom/status.js';
import { asRecord } from '../transports/as-record.js';
import { percentEncode } from '../transports/percent-encode.js';
import { gaxCallOptions } from './call-options.js';
import { endpointOf } from './client-endpoint.js';
import { sendForClient, sendsJson, type GeneratedClientLike } from './json-client.js';
import { nameParts, resourceOperations, withState, type ResourceOperations } from './resource-operations.js';

/** The part of an operation of Google Kubernetes Engine that is used: an `IOperation` of `@google-cloud/container`. */
export interface ContainerOperationLike {
  /** Its id within its location. */
  readonly name?: string | null | undefined;
  /** Its URL. */
  readonly selfLink?: string | null | undefined;
  /** The URL of the resource that it changes. */
  readonly targetLink?: string | null | undefined;
  /** Its state, by name or number. */
  readonly status?: string | number | null | undefined;
  /** Why it failed, as older versions of the API have it. */
  readonly statusMessage?: string | null | undefined;
  /** Why it failed. */
  readonly error?:
    | {
        /** A code of `google.rpc.Code`. */
        readonly code?: number | null | undefined;
        /** The message. */
        readonly message?: string | null | undefined;
        /** The details. */
        readonly details?: readonly object[] | null | undefined;
      }
    | null
    | undefined;
}

/** The part of a `ClusterManagerClient` of `@google-cloud/container` that is used. */
export interface ContainerClientLike extends GeneratedClientLike {
  /** Requests the state of an operation. */
  getOperation(request: { name: string }, options: object): Promise<readonly [unknown, ...unknown[]]>;
  /** Requests the cancellation of an operation. */
  cancelOperation(request: { name: string }, options: object): Promise<unknown>;
}

/**
 * Creates pollers for the operations of Google Kubernetes Engine. The client sends the requests itself, with its own
 * credentials; with its option `fallback` they are sent over HTTP in its place. Its package is not imported.
 *
 * An operation that is done and has an `error` or a `statusMessage` has failed.
 *
 * @param client - a `ClusterManagerClient` of `@google-cloud/container`.
 * @throws TypeError if it is not one.
 *
 * @example
 * ```ts
 * const [operation] = await clusters.createCluster({ parent, cluster });
 * await containerOperations(clusters).poller(operation).promise({ signal });
 * ```
 */
export function containerOperations(client: ContainerClientLike): ResourceOperations<ContainerOperationLike> {
  assertClient(client);
  const calls = callsOf(client);
  const transport = customOperations({
    get: async ({ name }, options): Promise<ContainerOperationLike> =>
      withState<ContainerOperationLike>(
        name,
        await calls.get({ name: requestName('GetOperation', name) }, options),
        'status',
      ),
    cancel: ({ name }, options) => calls.cancel({ name: requestName('CancelOperation', name) }, options),
    name: nameOf,
    done: ({ status }) => status === 'DONE' || status === doneNumber,
    error: errorOf,
    response: (operation) => operation,
    metadata: (operation) => operation,
    apiEndpoint: endpointOf(client).host,
  });
  const isOperation = (value: object): boolean => 'status' in value;
  return resourceOperations(transport, isOperation, 'an operation of @google-cloud/container');
}

/** How requests are sent. */
interface Calls {
  get(request: { name: string }, options: CustomCallOptions): Promise<unknown>;
  cancel(request: { name: string }, options: CustomCallOptions): Promise<unknown>;
}

function callsOf(client: ContainerClientLike): Calls {
  if (!sendsJson(client)) {
    return {
      get: async (request, options) => (await client.getOperation(request, gaxCallOptions(options)))[0],
      cancel: (request, options) => client.cancelOperation(request, gaxCallOptions(options)),
    };
  }
  const pathOf = (name: string): string => `/v1/${name.split('/').map(percentEncode).join('/')}`;
  return {
    get: ({ name }, options) =>
      sendForClient(client, { method: 'GetOperation', httpMethod: 'GET', name, path: pathOf(name) }, options),
    cancel: ({ name }, options) => {
      const path = `${pathOf(name)}:cancel`;
      return sendForClient(client, { method: 'CancelOperation', httpMethod: 'POST', name, path }, options);
    },
  };
}

/** `DONE`; clients over REST return the numbers of enums. */
const doneNumber = 3;

const form = 'projects/*/locations/*/operations/*';
const names = /^(projects\/[^/]+)\/(?:locations|zones|regions)\/([^/]+)\/(operations\/[^/]+)$/;

/** The name for a request, in which a zone or a region is a location. */
function requestName(method: string, name: string): string {
  const [project, location, operation] = nameParts({ method, name }, names, form);
  return `${project}/locations/${location}/${operation}`;
}

/** The full name: an operation has its id only, but its links have the project and the location. */
function nameOf({ name, selfLink, targetLink }: ContainerOperationLike): string {
  const links = [selfLink, targetLink].map((link) =>
    /projects\/[^/]+\/(?:locations|zones|regions)\/[^/]+/.exec(link ?? ''),
  );
  const [parent] = links.find((match) => match !== null) ?? [];
  return parent && name ? requestName('GetOperation', `${parent}/operations/${name}`) : '';
}

function errorOf({ error, statusMessage }: ContainerOperationLike): CustomError | undefined {
  const { code, message, details } = error ?? {};
  const text = [message, statusMessage].find((one) => one !== '' && one !== null && one !== undefined);
  // Over gRPC a code that is not set is 0.
  const known = code === 0 ? undefined : code;
  if ((known ?? text) === undefined) return undefined;
  return { code: known, message: text, details };
}

function assertClient(client: unknown): void {
  const { getOperation, cancelOperation, apiEndpoint, auth } = asRecord(client);
  const methods = [getOperation, cancelOperation, asRecord(auth).getRequestHeaders];
  const isClient = methods.every((method) => typeof method === 'function');
  if (isClient && typeof apiEndpoint === 'string') return;
  throwInvalidArgument('wait', 'client', 'a ClusterManagerClient of @google-cloud/container', client);
}
