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

// Only `get` is required. A resource without the fields of google.longrunning is both response and metadata.
expectTypeOf(customOperations({ get: ({ name }, { signal }) => ask(name, signal) }).info).toEqualTypeOf<
  OperationInfo<Job, Job>
>();
// @ts-expect-error `get` is required
customOperations({ done: () => true });

// With these fields, their types are those of response and metadata.
interface Video {
  name?: string;
  done?: boolean;
  metadata?: { percent: number } | null;
  response?: { uri: string };
}
declare function video(name: string): Promise<Video>;
expectTypeOf(customOperations({ get: ({ name }) => video(name) }).info).toEqualTypeOf<
  OperationInfo<{ uri: string } | undefined, { percent: number } | undefined>
>();
expectTypeOf(
  customOperations({ get: ({ name }) => video(name), response: ({ response }) => response?.uri ?? '' }).info,
).toEqualTypeOf<OperationInfo<string, { percent: number } | undefined>>();
