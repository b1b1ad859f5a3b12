// #region transport
import { Code, RequestError, type JsonValue, type OperationsTransport, type RawOperation } from 'longrunning';

interface Job {
  id: string;
  state: 'queued' | 'running' | 'succeeded' | 'failed';
  result?: JsonValue;
  problem?: string;
}

/** Waits for the jobs of a service that has its own idea of them. */
export function jobsTransport(baseUrl: string): OperationsTransport {
  async function send(method: string, name: string, verb: string, signal: unknown): Promise<Job> {
    // The client always passes a native signal.
    const url = `${baseUrl}/jobs/${encodeURIComponent(name)}`;
    const response = await fetch(url, { method: verb, signal: signal as AbortSignal });
    if (response.ok) return (await response.json()) as Job;
    const code = response.status === 404 ? Code.NOT_FOUND : response.status >= 500 ? Code.UNAVAILABLE : Code.UNKNOWN;
    const status = { code, message: `HTTP ${response.status}`, details: [] };
    throw new RequestError({ method, operationName: name, status, origin: 'service', httpStatus: response.status });
  }
  const unimplemented = (method: string, operationName: string): Promise<never> => {
    const status = { code: Code.UNIMPLEMENTED, message: 'jobs have no such thing', details: [] };
    return Promise.reject(new RequestError({ method, operationName, status, origin: 'service' }));
  };
  return {
    getOperation: async ({ name }, { signal }) => toOperation(name, await send('GetOperation', name, 'GET', signal)),
    cancelOperation: async ({ name }, { signal }) => {
      await send('CancelOperation', name, 'DELETE', signal);
    },
    listOperations: ({ name }) => unimplemented('ListOperations', name),
    deleteOperation: ({ name }) => unimplemented('DeleteOperation', name),
    close: () => Promise.resolve(),
  };
}

function toOperation(name: string, { state, result, problem = '' }: Job): RawOperation {
  if (state === 'succeeded')
    return { name, done: true, response: { typeUrl: 'jobs.example.com/Result', json: result } };
  if (state === 'failed') return { name, done: true, error: { code: Code.UNKNOWN, message: problem, details: [] } };
  return { name, done: false, metadata: { typeUrl: 'jobs.example.com/State', json: state } };
}
// #endregion transport
