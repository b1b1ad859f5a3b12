import { throwInvalidArgument } from '../arguments.js';
import { customOperations } from '../custom/custom-operations.js';
import type { CustomCallOptions } from '../custom/options.js';
import { asRecord } from '../transports/as-record.js';
import { percentEncode } from '../transports/percent-encode.js';
import { gaxCallOptions, googleapisCallOptions } from './call-options.js';
import { endpointOf } from './client-endpoint.js';
import { sendForClient, sendsJson, type GeneratedClientLike } from './json-client.js';
import { nameParts, resourceOperations, withState, type ResourceOperations } from './resource-operations.js';

/**
 * The part of an operation of Cloud SQL that is used: a `Schema$Operation` of `@googleapis/sqladmin` or `googleapis`, or an
 * `IOperation` of `@google-cloud/sql`.
 */
export interface CloudSqlOperationLike {
  /** Its id within its project. */
  readonly name?: string | null | undefined;
  /** Its project. */
  readonly targetProject?: string | null | undefined;
  /** Its state, by name or number. */
  readonly status?: string | number | null | undefined;
  /** Why it failed. */
  readonly error?:
    | {
        /** The errors. */
        readonly errors?:
          | readonly {
              /** The reason, such as `'INTERNAL_ERROR'`. */
              readonly code?: string | null | undefined;
              /** The message. */
              readonly message?: string | null | undefined;
            }[]
          | null
          | undefined;
      }
    | null
    | undefined;
}

/** An operation in the requests of Cloud SQL. */
export interface CloudSqlOperationId {
  /** Its project. */
  project: string;
  /** Its id. */
  operation: string;
}

/** The part of a `Sqladmin` of `@googleapis/sqladmin` or `googleapis` that is used. */
export interface SqladminLike {
  /** Its operations. */
  readonly operations: {
    /** Requests the state of an operation. */
    get(
      request: CloudSqlOperationId,
      options: object,
    ): Promise<{
      /** The operation. */
      readonly data: unknown;
    }>;
    /** Requests the cancellation of an operation. */
    cancel(request: CloudSqlOperationId, options: object): Promise<unknown>;
  };
}

/** The part of a `SqlOperationsServiceClient` of `@google-cloud/sql` that is used. */
export interface SqlOperationsClientLike extends GeneratedClientLike {
  /** Requests the state of an operation. */
  get(request: CloudSqlOperationId, options: object): Promise<readonly [unknown, ...unknown[]]>;
  /** Requests the cancellation of an operation. */
  cancel(request: CloudSqlOperationId, options: object): Promise<unknown>;
}

/**
 * Creates pollers for the operations of Cloud SQL. The client sends the requests itself, with its own credentials; for a
 * `SqlOperationsServiceClient` with the option `fallback` they are sent over HTTP in its place. No package is imported.
 *
 * An operation that is done and has an `error` has failed; the code of each of its errors is the reason of an ErrorInfo.
 *
 * @param client - a `Sqladmin` of `@googleapis/sqladmin` or `googleapis`, or a `SqlOperationsServiceClient` of
 * `@google-cloud/sql`.
 * @throws TypeError if it is neither.
 *
 * @example
 * ```ts
 * const { data: operation } = await sqladmin.instances.insert({ project, requestBody });
 * await cloudSqlOperations(sqladmin).poller(operation).promise({ signal });
 * ```
 */
export function cloudSqlOperations(
  client: SqladminLike | SqlOperationsClientLike,
): ResourceOperations<CloudSqlOperationLike> {
  const calls = callsOf(client);
  const transport = customOperations({
    get: async ({ name }, options): Promise<CloudSqlOperationLike> =>
      withState<CloudSqlOperationLike>(name, await calls.get(idOf('GetOperation', name), options), 'status'),
    cancel: ({ name }, options) => calls.cancel(idOf('CancelOperation', name), options),
    name: ({ name, targetProject }) => (name && targetProject ? `projects/${targetProject}/operations/${name}` : ''),
    done: ({ status }) => status === 'DONE' || status === doneNumber,
    response: (operation) => operation,
    metadata: (operation) => operation,
    apiEndpoint: calls.host,
  });
  const rule = "an operation of Cloud SQL, such as the 'data' of what sqladmin.instances.insert() resolves to";
  return resourceOperations(transport, (value) => 'status' in value && !('data' in value), rule);
}

/** `DONE`; clients over REST return the numbers of enums. */
const doneNumber = 3;

function idOf(method: string, name: string): CloudSqlOperationId {
  const form = 'projects/*/operations/*';
  const [project, operation] = nameParts({ method, name }, /^projects\/([^/]+)\/operations\/([^/]+)$/, form);
  return { project, operation } as CloudSqlOperationId;
}

/** How requests are sent. */
interface Calls {
  readonly host: string;
  get(id: CloudSqlOperationId, options: CustomCallOptions): Promise<unknown>;
  cancel(id: CloudSqlOperationId, options: CustomCallOptions): Promise<unknown>;
}

function callsOf(client: SqladminLike | SqlOperationsClientLike): Calls {
  if ('operations' in asRecord(client)) return sqladminCalls((client as SqladminLike).operations);
  const { get, cancel, auth, apiEndpoint } = asRecord(client);
  const hasMethods = areFunctions(get, cancel, asRecord(auth).getRequestHeaders);
  if (!hasMethods || typeof apiEndpoint !== 'string') throwNoClient(client);
  const generated = client as SqlOperationsClientLike;
  return sendsJson(generated) ? httpCalls(generated) : grpcCalls(generated);
}

function sqladminCalls(operations: SqladminLike['operations']): Calls {
  const { get, cancel } = asRecord(operations);
  if (!areFunctions(get, cancel)) throwNoClient(operations);
  return {
    host: 'sqladmin.googleapis.com',
    get: async (id, options) => (await operations.get(id, googleapisCallOptions(options))).data,
    cancel: (id, options) => operations.cancel(id, googleapisCallOptions(options)),
  };
}

function grpcCalls(client: SqlOperationsClientLike): Calls {
  return {
    host: endpointOf(client).host,
    get: async (id, options) => (await client.get(id, gaxCallOptions(options)))[0],
    cancel: (id, options) => client.cancel(id, gaxCallOptions(options)),
  };
}

function httpCalls(client: SqlOperationsClientLike): Calls {
  const requestFor = ({ project, operation }: CloudSqlOperationId): { name: string; path: string } => ({
    name: `projects/${project}/operations/${operation}`,
    path: `/v1/projects/${percentEncode(project)}/operations/${percentEncode(operation)}`,
  });
  return {
    host: endpointOf(client).host,
    get: (id, options) =>
      sendForClient(client, { method: 'GetOperation', httpMethod: 'GET', ...requestFor(id) }, options),
    cancel: (id, options) => {
      const { name, path } = requestFor(id);
      const request = { method: 'CancelOperation', httpMethod: 'POST', name, path: `${path}/cancel` } as const;
      return sendForClient(client, request, options);
    },
  };
}

const areFunctions = (...values: unknown[]): boolean => values.every((value) => typeof value === 'function');

function throwNoClient(client: unknown): never {
  const rule = 'a Sqladmin of @googleapis/sqladmin or a SqlOperationsServiceClient of @google-cloud/sql';
  throwInvalidArgument('wait', 'client', rule, client);
}
