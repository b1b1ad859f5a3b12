import { OperationsClient } from 'longrunning';
// #region compute
import { customOperations } from 'longrunning/custom';

/** The fields that are used: https://cloud.google.com/compute/docs/reference/rest/v1/zoneOperations */
export interface ComputeOperation {
  name: string;
  selfLink: string;
  status: 'PENDING' | 'RUNNING' | 'DONE';
  progress: number; // 0 to 100
  operationType: string;
  targetLink: string;
  startTime?: string;
  error?: { errors: { code: string; message: string }[] };
  httpErrorStatusCode?: number;
  warnings?: { code: string; message: string }[];
}

interface Page {
  items?: ComputeOperation[];
  nextPageToken?: string;
}

/** Where Compute Engine has its operations: in a zone, in a region, or global. One, or all of them. */
const names = /^projects\/\w[\w.:-]*\/(global|(regions|zones)\/[\w-]+)\/operations(\/[\w-]+)?$/;

export function computeOperations(authHeaders: () => Promise<Headers>, origin = 'https://compute.googleapis.com') {
  async function send<T>(method: string, path: string, signal: AbortSignal): Promise<T> {
    const headers = await authHeaders();
    const response = await fetch(`${origin}/compute/v1/${path}`, { method, signal, headers });
    if (!response.ok) throw response;
    return (response.status === 204 ? {} : await response.json()) as T;
  }
  const checked = (name: string): string => {
    if (names.test(name)) return name;
    throw new TypeError(`No operation of Compute Engine has the name ${name}`);
  };
  return customOperations({
    get: ({ name }, { signal }) => send<ComputeOperation>('GET', checked(name), signal),
    // Returns when it is done, or after two minutes with its current state.
    wait: ({ name }, { signal }) => send<ComputeOperation>('POST', `${checked(name)}/wait`, signal),
    delete: ({ name }, { signal }) => send('DELETE', checked(name), signal), // the record of it, not the work
    list: async ({ name, filter = '', pageSize = 0, pageToken = '' }, { signal }) => {
      const query = new URLSearchParams({ filter, pageToken, ...(pageSize > 0 && { maxResults: `${pageSize}` }) });
      const { items = [], nextPageToken } = await send<Page>('GET', `${checked(name)}?${query.toString()}`, signal);
      return { operations: items, nextPageToken };
    },
    name: ({ selfLink }) => selfLink.slice(selfLink.indexOf('projects/')),
    done: ({ status }) => status === 'DONE', // succeeded or failed
    error: ({ error, httpErrorStatusCode }) => error && { ...error, httpStatus: httpErrorStatusCode },
    response: ({ targetLink }) => targetLink, // Compute's operations have no response; this is the changed resource
    metadata: (operation) => ({ ...operation, progressPercent: operation.progress }),
  });
}
// #endregion compute

export async function insertInstance(
  authHeaders: () => Promise<Headers>,
  inserted: ComputeOperation,
  origin?: string,
): Promise<string> {
  // #region wait
  const compute = computeOperations(authHeaders, origin);
  await using client = new OperationsClient({ transport: compute });
  const poller = client.poller(compute.rawOperation(inserted), compute.info);
  const instance = await poller.promise(); // the link of the instance; or an OperationFailedError
  for (const { code, message } of poller.operation?.metadata?.warnings ?? []) console.log(code, message);
  // #endregion wait
  return instance;
}
