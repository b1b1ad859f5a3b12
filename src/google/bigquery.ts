import { throwInvalidArgument } from '../arguments.js';
import { customOperations } from '../custom/custom-operations.js';
import type { CustomCallOptions } from '../custom/options.js';
import type { LROPoller } from '../poller.js';
import type { PollingOptions } from '../polling/settings.js';
import type { ResumeToken } from '../resume-token.js';
import { asRecord } from '../transports/as-record.js';
import { assertNotExposed, parseEndpoint, parseUrl, type Endpoint } from '../transports/endpoint.js';
import { percentEncode } from '../transports/percent-encode.js';
import { errorOf, type BigQueryProblem } from './bigquery-error.js';
import { nameParts, resourceOperations, withState, type ResourceOperations } from './resource-operations.js';
import { sendAuthorized, type AuthorizedRequest, type RequestAuthLike } from './send-authorized.js';

/** A job of BigQuery, in JSON. It has more fields than these. */
export interface BigQueryJob {
  /** Its id, project and location. */
  readonly jobReference: {
    /** Its id. */
    readonly jobId?: string;
    /** Its project. */
    readonly projectId?: string;
    /** Its location, such as `'EU'`. */
    readonly location?: string;
  };
  /** Its state. */
  readonly status?: {
    /** Its state. */
    readonly state?: string;
    /** Why it failed. */
    readonly errorResult?: BigQueryProblem;
    /** All errors of the job, of which some do not fail it. */
    readonly errors?: readonly BigQueryProblem[];
  };
  /** What it did, such as `totalBytesProcessed`. */
  readonly statistics?: Readonly<Record<string, unknown>>;
  /** What it was to do, such as the `destinationTable` of a query. */
  readonly configuration?: Readonly<Record<string, unknown>>;
}

/** The part of a `Job` of `@google-cloud/bigquery` that is used. */
export interface BigQueryJobLike {
  /** Its id. */
  readonly id?: string | undefined;
  /** Its location. */
  readonly location?: string | undefined;
  /** The job in JSON, as it was received last. */
  readonly metadata?: unknown;
}

/** The part of a `BigQuery` of `@google-cloud/bigquery` that is used. */
export interface BigQueryLike {
  /** The URL that it sends requests to. */
  readonly baseUrl: string;
  /** The project that jobs run in. */
  readonly projectId: string;
  /** Its credentials. */
  readonly authClient: RequestAuthLike;
}

/** Pollers for the jobs of BigQuery. */
export interface BigQueryJobs extends Omit<ResourceOperations<BigQueryJob>, 'poller' | 'resume'> {
  /**
   * Returns a poller for a job, whose response is the job in JSON when it is done, with its `statistics`.
   *
   * @param from - what a method such as `createQueryJob()` resolved to, its first value; the job in JSON; or a name:
   * `projects/p/locations/l/jobs/j`.
   * @param options - how to poll.
   * @throws TypeError if it is not a job of BigQuery.
   */
  poller(
    from: BigQueryJobLike | BigQueryJob | string,
    options?: PollingOptions<BigQueryJob>,
  ): LROPoller<BigQueryJob, BigQueryJob>;
  /**
   * Resumes a wait from a saved token.
   *
   * @param token - `JSON.stringify(poller)`, parsed.
   * @param options - how to poll.
   * @throws TypeError if the token is invalid or belongs to another host.
   */
  resume(token: ResumeToken, options?: PollingOptions<BigQueryJob>): LROPoller<BigQueryJob, BigQueryJob>;
}

/**
 * Creates pollers for the jobs of BigQuery: queries, loads, copies and exports. Requests go to the URL of the client, with its
 * credentials; its package is not imported.
 *
 * A job with an `errorResult` has failed: its reason decides the code, and is in an ErrorInfo. Other `errors` of a job do not
 * fail it. The rows of a query are read with the job itself: `job.getQueryResults()`.
 *
 * @param client - a `BigQuery` of `@google-cloud/bigquery`.
 * @throws TypeError if it is not one.
 *
 * @example
 * ```ts
 * const [job] = await bigquery.createQueryJob({ query });
 * const { statistics } = await bigqueryJobs(bigquery).poller(job).promise({ signal });
 * const [rows] = await job.getQueryResults();
 * ```
 */
export function bigqueryJobs(client: BigQueryLike): BigQueryJobs {
  const endpoint = endpointOf(client);
  const request = (method: AuthorizedRequest['method'], name: string, options: CustomCallOptions): Promise<unknown> =>
    sendAuthorized(client.authClient, requestFor(client, method, name), options);
  const transport = customOperations({
    get: async ({ name }, options) =>
      withState<BigQueryJob>(name, await request('GetOperation', name, options), 'status'),
    cancel: ({ name }, options) => request('CancelOperation', name, options),
    delete: ({ name }, options) => request('DeleteOperation', name, options),
    name: nameOf,
    done: ({ status }) => status?.state === 'DONE',
    error: ({ status }) => errorOf(status?.errorResult),
    response: (job) => job,
    metadata: (job) => job,
    apiEndpoint: endpoint.host,
  });
  const rule = 'a job of @google-cloud/bigquery, such as the first value that bigquery.createQueryJob() resolves to';
  const jobs = resourceOperations(transport, (value) => nameOf(value as BigQueryJob) !== '', rule);
  return {
    ...jobs,
    poller: (from, options) => jobs.poller(typeof from === 'string' ? from : jobOf(from, client), options),
  };
}

const form = 'projects/*/locations/*/jobs/*';
const names = /^projects\/([^/]+)\/(?:locations\/([^/]+)\/)?jobs\/([^/]+)$/;

function requestFor(client: BigQueryLike, method: AuthorizedRequest['method'], name: string): AuthorizedRequest {
  const [project, location, id] = nameParts({ method, name }, names, form);
  const path = `${client.baseUrl}/projects/${percentEncode(project ?? '')}/jobs/${percentEncode(id ?? '')}`;
  const query = location === undefined ? '' : `?location=${percentEncode(location)}`;
  switch (method) {
    case 'CancelOperation':
      return { method, name, httpMethod: 'POST', url: `${path}/cancel${query}` };
    case 'DeleteOperation':
      return { method, name, httpMethod: 'DELETE', url: `${path}/delete${query}` };
    default:
      return { method, name, httpMethod: 'GET', url: `${path}${query}` };
  }
}

/** The full name; empty if the value is not a job. */
function nameOf({ jobReference }: BigQueryJob): string {
  const { projectId, location, jobId } = asRecord(jobReference) as BigQueryJob['jobReference'];
  if (!projectId || !jobId) return '';
  return `projects/${projectId}/${location ? `locations/${location}/` : ''}jobs/${jobId}`;
}

/** The job in JSON. A `Job` that was not received, such as `bigquery.job(id)`, has its id and location only. */
function jobOf(from: BigQueryJobLike | BigQueryJob, client: BigQueryLike): BigQueryJob {
  if ('jobReference' in asRecord(from)) return from as BigQueryJob;
  const { metadata, id: jobId, location, projectId = client.projectId } = asRecord(from);
  if ('jobReference' in asRecord(metadata)) return metadata as BigQueryJob;
  // The client replaces this text by the project when it sends its first request.
  const isJob = typeof jobId === 'string' && projectId !== '{{projectId}}';
  return isJob
    ? { jobReference: { jobId, projectId, location } as BigQueryJob['jobReference'] }
    : (from as BigQueryJob);
}

function endpointOf(client: BigQueryLike): Endpoint {
  const { baseUrl, authClient } = asRecord(client);
  const url = typeof baseUrl === 'string' ? parseUrl(baseUrl) : undefined;
  if (url === undefined || typeof asRecord(authClient).getRequestHeaders !== 'function') {
    throwInvalidArgument('wait', 'client', 'a BigQuery of @google-cloud/bigquery', client);
  }
  const endpoint = parseEndpoint(url.origin);
  assertNotExposed(endpoint, {}, true);
  return endpoint;
}
