import {
  findDetail,
  isLROError,
  type CompletedOperation,
  type LROPoller,
  type OperationFailedError,
  type RequestError,
  type ResumeToken,
  type Status,
} from 'longrunning';

interface Response {
  agentUri?: string;
}

/** What a program may do with each outcome. */
export interface Ends {
  use(response: Response): void;
  failed(status: Status): void;
  later(token: ResumeToken): void;
}

export async function byCode(poller: LROPoller<Response>, signal: AbortSignal, ends: Ends): Promise<void> {
  // #region switch
  try {
    ends.use(await poller.promise({ signal, totalTimeoutMs: 3_600_000 }));
  } catch (error) {
    if (!isLROError(error)) throw error; // the signal's reason, or an error of the program
    switch (error.code) {
      case 'LRO_OPERATION_FAILED': // the operation is done, with an error
        if (error.cancelled) console.log('cancelled');
        else ends.failed(error.status);
        break;
      case 'LRO_POLLING_TIMEOUT': // it still runs
        ends.later(error.token);
        break;
      case 'LRO_REQUEST_FAILED': // its state is unknown
        console.log(error.method, error.rpcCode, error.attempts);
        ends.later(poller.toJSON());
        break;
      case 'LRO_UNPACK_FAILED': // it succeeded, with another type than declared
        console.log(error.actual, error.any);
        break;
      case 'LRO_MALFORMED_OPERATION': // the response is not an operation
        throw error;
    }
  }
  // #endregion switch
}

export async function asValue(poller: LROPoller<Response>, ends: Ends): Promise<void> {
  // #region value
  const done: CompletedOperation<Response, unknown> = await poller.pollUntilDone();
  if (done.result === 'response') ends.use(done.response);
  else ends.failed(done.error);
  // #endregion value
}

export function advise(error: OperationFailedError | RequestError): void {
  // #region find
  console.log(error.errorInfo?.reason, error.errorInfo?.domain);
  for (const { field, description } of error.fieldViolations) console.log(field, description);
  for (const { quotaId } of findDetail(error.status, 'QuotaFailure')?.violations ?? []) console.log(quotaId);
  console.log(findDetail(error.status, 'RequestInfo')?.requestId); // for the service's support
  // #endregion find
}

export function explain(status: Status): void {
  // #region details
  for (const detail of status.details) {
    switch (detail['@type']) {
      case 'type.googleapis.com/google.rpc.ErrorInfo':
        console.log(detail.reason, detail.domain, detail.metadata);
        break;
      case 'type.googleapis.com/google.rpc.QuotaFailure':
        for (const { subject, description } of detail.violations) console.log(subject, description);
        break;
      case undefined: // a type of the service's own
        console.log(detail.typeUrl);
    }
  }
  // #endregion details
}

export async function abort(poller: LROPoller<Response>): Promise<void> {
  // #region abort
  const controller = new AbortController();
  const reason = new Error('the user closed the window');
  const waiting = poller.promise({ signal: controller.signal });
  controller.abort(reason);
  await waiting.catch((error: unknown) => {
    console.log(error === reason); // true: the reason itself, not wrapped
  });
  // #endregion abort
}

export async function cancel(poller: LROPoller<Response>): Promise<void> {
  // #region cancel
  const waiting = poller.pollUntilDone();
  await poller.cancel(); // the server has accepted the request; the operation may still complete
  const done = await waiting; // the actual outcome
  if (done.result === 'response') console.log('too late: it succeeded');
  else if (done.cancelled) console.log('cancelled');
  else console.log('it failed by itself', done.error.message);
  // #endregion cancel
}
