// #region imports
import {
  cloudSqlOperations,
  computeOperations,
  containerOperations,
  genaiJobs,
  genaiOperations,
} from 'longrunning/google';
// #endregion imports
import type {
  CloudSqlOperationLike,
  ComputeClientLike,
  ComputeStartedLike,
  ContainerClientLike,
  ContainerOperationLike,
  GenaiJobLike,
  GenaiJobsLike,
  GenaiLike,
  GenaiOperationLike,
  SqladminLike,
} from 'longrunning/google';

export async function insertInstance(
  instances: ComputeClientLike,
  response: ComputeStartedLike,
  signal: AbortSignal,
): Promise<string | undefined> {
  // #region compute
  // const [response] = await instances.insert({ project, zone, instanceResource });
  const done = await computeOperations(instances).poller(response).promise({ signal });
  for (const { code, message } of done.warnings ?? []) console.log(code, message);
  // #endregion compute
  return done.targetLink;
}

export async function generateVideos<R>(ai: GenaiLike, started: GenaiOperationLike<R>): Promise<R> {
  // #region genai
  // const started = await ai.models.generateVideos({ model, source: { prompt } });
  const videos = await genaiOperations(ai).poller(started).promise({ totalTimeoutMs: 600_000 });
  // #endregion genai
  return videos;
}

export async function createCluster<T extends ContainerOperationLike>(
  clusters: ContainerClientLike,
  operation: T,
  signal: AbortSignal,
): Promise<T> {
  // #region container
  // const [operation] = await clusters.createCluster({ parent, cluster });
  const done = await containerOperations(clusters).poller(operation).promise({ signal });
  // #endregion container
  return done;
}

export async function insertDatabase<T extends CloudSqlOperationLike>(
  sqladmin: SqladminLike,
  data: T,
  signal: AbortSignal,
): Promise<T> {
  // #region cloud-sql
  // const { data } = await sqladmin.instances.insert({ project, requestBody });
  const done = await cloudSqlOperations(sqladmin).poller(data).promise({ signal });
  // #endregion cloud-sql
  return done;
}

export async function runBatch<T extends GenaiJobLike>(ai: GenaiJobsLike, job: T): Promise<T> {
  // #region genai-jobs
  // const job = await ai.batches.create({ model, src });
  const done = await genaiJobs(ai).poller(job).promise({ totalTimeoutMs: 86_400_000 });
  // #endregion genai-jobs
  return done;
}
