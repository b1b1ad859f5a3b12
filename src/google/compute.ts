import { throwInvalidArgument } from '../arguments.js';
import { customOperations } from '../custom/custom-operations.js';
import type { CustomTransport } from '../custom/custom-transport.js';
import type { CustomCallOptions } from '../custom/options.js';
import type { LROPoller } from '../poller.js';
import type { PollingOptions } from '../polling/settings.js';
import type { ResumeToken } from '../resume-token.js';
import type { ListOperationsRequest } from '../transport.js';
import { asRecord } from '../transports/as-record.js';
import { shownOperation } from '../transports/shown-operation.js';
import { endpointOf } from './client-endpoint.js';
import { sendToCompute, type ComputeClientLike, type ComputeRequest } from './compute-http.js';

/** An operation of Compute Engine, in JSON. It has more fields than these. */
export interface ComputeOperation {
  /** Its id within its zone, its region or the project. */
  readonly name: string;
  /** Its URL, which has its full name. */
  readonly selfLink: string;
  /** Its state. */
  readonly status: 'PENDING' | 'RUNNING' | 'DONE';
  /** From 0 to 100. */
  readonly progress?: number;
  /** Such as `'insert'`. */
  readonly operationType?: string;
  /** The URL of the resource that it changes. */
  readonly targetLink?: string;
  /** When it started, in RFC 3339. */
  readonly startTime?: string;
  /** What the service warns of. */
  readonly warnings?: readonly ComputeProblem[];
  /** Why it failed. */
  readonly error?: {
    /** The errors. */
    readonly errors?: readonly ComputeProblem[];
  };
}

/** A warning or an error of an operation of Compute Engine. */
export interface ComputeProblem {
  /** The reason, such as `'ZONE_RESOURCE_POOL_EXHAUSTED'`. */
  readonly code?: string;
  /** The message. */
  readonly message?: string;
}

/** The metadata of an operation of Compute Engine: the operation, with its progress as other services have it. */
export interface ComputeMetadata extends ComputeOperation {
  /** From 0 to 100. */
  readonly progressPercent: number;
}

/**
 * What a method of `@google-cloud/compute` that starts an operation resolves to, its first value; or the operation itself, of
 * that package or in JSON.
 */
export type ComputeStartedLike =
  | {
      /** The operation. */
      readonly latestResponse: object;
    }
  | {
      /** Its URL. */
      readonly selfLink?: string | null | undefined;
    };

/** Pollers for the operations of Compute Engine. */
export interface ComputeOperations {
  /** The transport, for `OperationsClient`: it also lists operations, and deletes the record of one. */
  readonly transport: CustomTransport<ComputeOperation, ComputeOperation, ComputeMetadata>;
  /**
   * Returns a poller for an operation, whose response is the operation when it is done: with its `targetLink` and its
   * `warnings`.
   *
   * @param from - what the starting method resolved to, or a name such as `projects/p/zones/z/operations/o`.
   * @param options - how to poll.
   * @throws TypeError if it is not an operation of Compute Engine.
   */
  poller(
    from: ComputeStartedLike | string,
    options?: PollingOptions<ComputeMetadata>,
  ): LROPoller<ComputeOperation, ComputeMetadata>;
  /**
   * Resumes a wait from a saved token.
   *
   * @param token - `JSON.stringify(poller)`, parsed.
   * @param options - how to poll.
   * @throws TypeError if the token is invalid or belongs to another host.
   */
  resume(token: ResumeToken, options?: PollingOptions<ComputeMetadata>): LROPoller<ComputeOperation, ComputeMetadata>;
  /** Ends the waits. */
  close(): Promise<void>;
}

/**
 * Creates pollers for Compute Engine's operations: zonal, regional and global. Requests go to the host of the client,
 * with its credentials; its package is not imported. Compute Engine's own `wait` is used: the end is known within one round
 * trip.
 *
 * An operation that failed has the reasons of its errors as ErrorInfos. Compute Engine cannot cancel operations; `delete()`
 * deletes the record of one.
 *
 * @param client - any client of `@google-cloud/compute`, such as an `InstancesClient`.
 * @throws TypeError if it is not one.
 *
 * @example
 * ```ts
 * const [response] = await instances.insert({ project, zone, instanceResource });
 * const { targetLink, warnings } = await computeOperations(instances).poller(response).promise({ signal });
 * ```
 */
export function computeOperations(client: ComputeClientLike): ComputeOperations {
  assertClient(client);
  const transport = createTransport(client);
  return {
    transport,
    poller: (from, options) => transport.poller(typeof from === 'string' ? from : startedOperation(from), options),
    resume: (token, options) => transport.resume(token, options),
    close: () => transport.close(),
  };
}

function createTransport(client: ComputeClientLike): ComputeOperations['transport'] {
  const get = async (request: ComputeRequest, options: CustomCallOptions): Promise<ComputeOperation> =>
    (await sendToCompute(client, request, options)) as ComputeOperation;
  return customOperations({
    get: ({ name }, options) => get({ method: 'GetOperation', httpMethod: 'GET', name }, options),
    // It responds after two minutes at the latest.
    wait: ({ name }, options) => get({ method: 'WaitOperation', httpMethod: 'POST', name, suffix: '/wait' }, options),
    delete: ({ name }, options) =>
      sendToCompute(client, { method: 'DeleteOperation', httpMethod: 'DELETE', name }, options),
    list: async (request, options) => {
      const { name } = request;
      const query = listQuery(request);
      const page = await sendToCompute(client, { method: 'ListOperations', httpMethod: 'GET', name, query }, options);
      const { items = [], nextPageToken } = page as { items?: ComputeOperation[]; nextPageToken?: string };
      return { operations: items, nextPageToken };
    },
    name: nameOf,
    response: (operation) => operation,
    metadata: (operation): ComputeMetadata => ({ ...operation, progressPercent: operation.progress ?? 0 }),
    apiEndpoint: endpointOf(client).host,
  });
}

function listQuery({ filter = '', pageSize = 0, pageToken = '' }: ListOperationsRequest): Record<string, string> {
  return {
    ...(filter !== '' && { filter }),
    ...(pageToken !== '' && { pageToken }),
    ...(pageSize > 0 && { maxResults: String(pageSize) }),
  };
}

/** The full name, which the URL has. */
function nameOf({ selfLink }: ComputeOperation): string {
  return selfLink.slice(selfLink.indexOf('projects/'));
}

// Of a service that is not Compute Engine's, such as Deployment Manager, an operation may have a similar name.
const selfLinks = /^(?:https?:\/\/[^?#]*\/compute\/[^/]+\/)?projects\//;

/** The operation in JSON, in which states have their names, and 64-bit integers are texts. */
function startedOperation(started: ComputeStartedLike): ComputeOperation {
  const { latestResponse = started, selfLink = asRecord(latestResponse).selfLink } = asRecord(started);
  if (typeof selfLink === 'string' && selfLinks.test(selfLink)) {
    return JSON.parse(JSON.stringify(latestResponse)) as ComputeOperation;
  }
  const rule = 'an operation of Compute Engine, such as the first value that instances.insert() resolves to';
  throwInvalidArgument('poll', 'operation', rule, shownOperation(started));
}

function assertClient(client: unknown): void {
  const { auth, apiEndpoint } = asRecord(client);
  const isClient = typeof asRecord(auth).getRequestHeaders === 'function' && typeof apiEndpoint === 'string';
  if (!isClient) throwInvalidArgument('wait', 'client', 'a client of @google-cloud/compute', client);
}
