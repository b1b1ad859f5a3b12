/**
 * Pollers for Google's operations that are not `google.longrunning`, or that are requested otherwise, over the client that
 * started them. Imports no package: clients are described by their structure.
 *
 * @module longrunning/google
 */
export { genaiOperations } from './genai.js';
export type {
  GenaiApiResponse,
  GenaiLike,
  GenaiMetadata,
  GenaiOperationLike,
  GenaiOperations,
  GenaiRequestConfig,
} from './genai.js';
export { genaiJobs } from './genai-jobs.js';
export type { GenaiJobLike, GenaiJobRequest, GenaiJobsLike, GenaiJobsOf } from './genai-jobs.js';
export { computeOperations } from './compute.js';
export type {
  ComputeMetadata,
  ComputeOperation,
  ComputeOperations,
  ComputeProblem,
  ComputeStartedLike,
} from './compute.js';
export type { ComputeClientLike } from './compute-http.js';
export { bigqueryJobs } from './bigquery.js';
export type { BigQueryJob, BigQueryJobLike, BigQueryJobs, BigQueryLike } from './bigquery.js';
export type { BigQueryProblem } from './bigquery-error.js';
export { cloudSqlOperations } from './cloud-sql.js';
export type { CloudSqlOperationId, CloudSqlOperationLike, SqladminLike, SqlOperationsClientLike } from './cloud-sql.js';
export { containerOperations } from './container.js';
export type { ContainerClientLike, ContainerOperationLike } from './container.js';
export type { GeneratedClientLike } from './json-client.js';
export type { ResourceOperations } from './resource-operations.js';
export type { RequestAuthLike } from './send-authorized.js';
