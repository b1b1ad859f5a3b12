import { expectTypeOf } from 'expect-type';
import { OperationsClient, type CompletedOperation, type LROPoller, type OperationInfo } from '../../src/index.js';
import { customOperations, type CustomTransport } from '../../src/custom/index.js';

interface Job {
  id: string;
  pages?: number;
}

declare function ask(name: string, signal: AbortSignal): Promise<Job>;

// The resource is inferred from `get`, response and metadata from their functions.
const jobs = customOperations({
  get: ({ name }, { signal }) => ask(name, signal),
  done: (job) => {
    expectTypeOf(job).toEqualTypeOf<Job>();
    return job.pages !== undefined;
  },
  response: ({ pages }) => pages ?? 0,
  metadata: ({ id }) => ({ id }),
});
expectTypeOf(jobs).toEqualTypeOf<CustomTransport<Job, number, { id: string }>>();
expectTypeOf(jobs.info).toEqualTypeOf<OperationInfo<number, { id: string }>>();

const client = new OperationsClient({ transport: jobs });
export const poller: LROPoller<number, { id: string }> = client.poller('7', jobs.info);
expectTypeOf(poller.promise()).toEqualTypeOf<Promise<number>>();
expectTypeOf(poller.pollUntilDone()).toEqualTypeOf<Promise<CompletedOperation<number, { id: string }>>>();

// Without these functions, both are the resource.
const plain = customOperations({ get: ({ name }, { signal }) => ask(name, signal), done: (job) => job.id !== '' });
expectTypeOf(plain.info).toEqualTypeOf<OperationInfo<Job, Job>>();

// rawOperation() takes a resource.
// @ts-expect-error a job has an id
jobs.rawOperation({ pages: 3 });

// @ts-expect-error `done` is required
customOperations({ get: ({ name }, { signal }) => ask(name, signal) });
