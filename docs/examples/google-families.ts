// #region imports
import { computeOperations, genaiOperations } from 'longrunning/google';
// #endregion imports
import type { ComputeClientLike, ComputeStartedLike, GenaiLike, GenaiOperationLike } from 'longrunning/google';

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
