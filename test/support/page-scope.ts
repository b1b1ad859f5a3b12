// What is global in the pages of the tests under test/system/browser: the package, as a page bundles it, and waits whose outcome
// can leave the page.
import * as core from 'longrunning';
import * as custom from 'longrunning/custom';
import * as rest from 'longrunning/rest';

/** The outcome of a wait, as JSON. */
export interface PageOutcome {
  readonly response?: unknown;
  readonly error?: {
    readonly code: string;
    readonly rpcCode: string;
    readonly message: string;
    readonly attempts: number;
  };
}

/** Settles as `promise` does, with a value. */
async function outcomeOf(promise: Promise<unknown>): Promise<PageOutcome> {
  try {
    return { response: await promise };
  } catch (error) {
    if (!core.isLROError(error) || error.code !== 'LRO_REQUEST_FAILED') throw error;
    const { code, rpcCode, message, attempts } = error;
    return { error: { code, rpcCode: core.codeName(rpcCode), message, attempts } };
  }
}

/** Waits over REST, with a client of its own. The response is JSON. */
async function waitOverRest(
  options: rest.RestTransportOptions,
  name: string,
  polling: core.PollingOptions = {},
): Promise<PageOutcome> {
  const client = new core.OperationsClient({ transport: rest.restTransport(options), polling });
  const info = core.operationInfo({ response: core.anyType });
  const outcome = await outcomeOf(client.poller(name, info).promise());
  await client.close();
  return outcome;
}

const scope = { ...core, ...custom, ...rest, outcomeOf, waitOverRest };

/** The globals of a page of the tests. */
export type PageScope = typeof scope;

Object.assign(globalThis, scope);
