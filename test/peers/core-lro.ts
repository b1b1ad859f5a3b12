import { createHttpPoller, type CreateHttpPollerOptions } from '@azure/core-lro';

/** An answer to a poll: the state, with `Retry-After` or not. */
export interface AzureAnswer {
  readonly status: string;
  readonly retryAfter?: string;
}

/** What core-rest-pipeline rejects with when it gives up. */
export const restError = Object.assign(new Error('HTTP 503'), { name: 'RestError', statusCode: 503 });

/** A poller of @azure/core-lro that polls once a second, gets one answer after another, the last one for ever. */
export function coreLro(
  answers: (AzureAnswer | Error)[],
  options: CreateHttpPollerOptions<object, { status: 'running' }> = {},
) {
  const polls: { url: string; atMs: number }[] = [];
  const poller = createHttpPoller<object, { status: 'running' }>(
    {
      sendInitialRequest: () => Promise.resolve(started as never),
      sendPollRequest: (url, { abortSignal } = {}) => {
        // As core-rest-pipeline does.
        if (abortSignal?.aborted) return Promise.reject(Object.assign(new Error('aborted'), { name: 'AbortError' }));
        polls.push({ url, atMs: performance.now() });
        const answer = answers.length > 1 ? answers.shift()! : answers[0]!;
        if (answer instanceof Error) return Promise.reject(answer);
        const { status, retryAfter } = answer;
        const headers = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
        const body = { status, secret: 'the result' };
        return Promise.resolve({ flatResponse: body, rawResponse: { statusCode: 200, headers, body } } as never);
      },
    },
    { intervalInMs: 1000, ...options },
  );
  return { poller, polls, times: () => polls.map(({ atMs }) => Math.round(atMs - polls[0]!.atMs)) };
}

const started = {
  flatResponse: {},
  rawResponse: {
    statusCode: 202,
    headers: { 'operation-location': 'https://azure.invalid/operations/1' },
    body: {},
    request: { method: 'POST', url: 'https://azure.invalid/things' },
  },
};
