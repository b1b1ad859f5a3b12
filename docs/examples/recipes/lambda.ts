// AWS Lambda, or another function with a time limit: waits until shortly before the limit, and returns a token. A state
// machine (Step Functions: a Choice on `done`) calls the function again with the token.
import { isLROError, type OperationsClient, type ResumeToken } from 'longrunning';

export type WaitEvent = { readonly operationName: string } | { readonly token: ResumeToken };

export type WaitResult =
  | { readonly done: true; readonly succeeded: boolean; readonly message: string }
  | { readonly done: false; readonly token: ResumeToken };

/** The part of the context of AWS Lambda that is used. */
interface Context {
  getRemainingTimeInMillis(): number;
}

const marginMs = 5000;

export function createHandler(client: OperationsClient) {
  return async function handler(event: WaitEvent, context: Context): Promise<WaitResult> {
    const poller = 'token' in event ? client.resume(event.token) : client.poller(event.operationName);
    try {
      const operation = await poller.pollUntilDone({ totalTimeoutMs: context.getRemainingTimeInMillis() - marginMs });
      const message = operation.result === 'error' ? operation.error.message : '';
      return { done: true, succeeded: operation.result === 'response', message };
    } catch (error) {
      if (isLROError(error) && error.code === 'LRO_POLLING_TIMEOUT') return { done: false, token: error.token };
      throw error;
    }
  };
}
