// OpenAI: background responses and batches, with the client of the package `openai`.
//
//   const started = await openai.responses.create({ model, input, background: true });
//   const response = await openaiResponses(openai).poller(started).promise({ signal });
import { Code, type LROPoller, type PollingOptions, type ResumeToken } from 'longrunning';
import { customOperations, type CustomError } from 'longrunning/custom';

/** The parts of a response and of a batch that are used. */
interface OpenAIResponse {
  readonly id: string;
  readonly status?: string;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly incomplete_details: { readonly reason?: string } | null;
}
interface OpenAIBatch {
  readonly id: string;
  readonly status: string;
  readonly errors?: { readonly data?: readonly { readonly code?: string; readonly message?: string }[] };
}

interface RequestOptions {
  readonly signal: AbortSignal;
  readonly maxRetries: number;
  readonly timeout?: number;
}
interface Resource<T> {
  retrieve(
    id: string,
    options: RequestOptions,
  ): { withResponse(): Promise<{ data: T; response: { readonly headers: Headers } }> };
  cancel(id: string, options: RequestOptions): PromiseLike<T>;
}

/** Pollers for the responses of `background: true`. A response that is incomplete is a failure with its reason. */
export const openaiResponses = <T extends OpenAIResponse>(client: { readonly responses: Resource<T> }): Jobs<T> =>
  jobsOf(
    client.responses,
    ['completed', 'failed', 'cancelled', 'incomplete'],
    ({ status, error, incomplete_details }) =>
      status === 'incomplete'
        ? { code: incomplete_details?.reason, message: 'the response is incomplete' }
        : (error ?? undefined),
  );

/** Pollers for batches. Requests of a batch that failed are in its `error_file_id`, and do not fail it. */
export const openaiBatches = <T extends OpenAIBatch>(client: { readonly batches: Resource<T> }): Jobs<T> =>
  jobsOf(client.batches, ['completed', 'failed', 'cancelled', 'expired'], ({ errors }) => ({ errors: errors?.data }));

interface Jobs<T> {
  poller(from: T | string, options?: PollingOptions<T>): LROPoller<T, T>;
  resume(token: ResumeToken, options?: PollingOptions<T>): LROPoller<T, T>;
}

function jobsOf<T extends { readonly id: string; readonly status?: string }>(
  resource: Resource<T>,
  ended: readonly string[],
  errorOf: (job: T) => CustomError | undefined,
): Jobs<T> {
  // The poller retries, not the client.
  const optionsOf = (signal: AbortSignal, timeout: number | undefined): RequestOptions => ({
    signal,
    maxRetries: 0,
    ...(timeout !== undefined && { timeout: Math.ceil(timeout) }),
  });
  const transport = customOperations({
    async get({ name }, { signal, timeoutMs }): Promise<{ job: T; pollAfterMs: number }> {
      const { data, response } = await resource.retrieve(name, optionsOf(signal, timeoutMs)).withResponse();
      return { job: data, pollAfterMs: Number(response.headers.get('openai-poll-after-ms')) };
    },
    cancel: async ({ name }, { signal, timeoutMs }) => resource.cancel(name, optionsOf(signal, timeoutMs)),
    name: ({ job }) => job.id,
    done: ({ job }) => ended.includes(job.status ?? ''),
    error: ({ job }) => {
      if (job.status === 'completed') return undefined;
      const error = errorOf(job);
      const message = error?.message ?? (error?.errors ? undefined : `it is ${job.status}`);
      return { ...error, message, ...(job.status === 'cancelled' && { code: Code.CANCELLED }) };
    },
    response: ({ job }) => job,
    metadata: ({ job }) => job,
    pollAfterMs: ({ pollAfterMs }) => pollAfterMs,
    apiEndpoint: 'api.openai.com',
  });
  return {
    poller: (from, options) =>
      transport.poller(typeof from === 'string' ? from : { job: from, pollAfterMs: 0 }, options),
    resume: (token, options) => transport.resume(token, options),
  };
}
