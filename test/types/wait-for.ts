import { expectTypeOf } from 'expect-type';
import type { Operation } from '../../src/index.js';
import { waitFor } from '../../src/wait-for/index.js';

interface Video {
  name?: string;
  done?: boolean;
  metadata?: { percent: number } | null;
  response?: { uri: string };
}
declare function getVideo(name: string, signal: AbortSignal): Promise<Video>;
declare function generate(): Promise<Video>;

// Response and metadata are those of the resource.
expectTypeOf(
  waitFor(
    ({ name }, { signal }) => getVideo(name, signal),
    () => generate(),
    {
      onProgress: (operation) => {
        expectTypeOf(operation).toEqualTypeOf<
          Operation<{ uri: string } | undefined, { percent: number } | undefined>
        >();
      },
    },
  ),
).toEqualTypeOf<Promise<{ uri: string } | undefined>>();

interface Job {
  id: string;
  state: 'running' | 'ready';
  pages?: number;
}
declare function getJob(name: string): Promise<Job>;

// With functions, they are what these return.
expectTypeOf(
  waitFor(
    ({ name }) => getJob(name),
    async ({ signal }) => {
      expectTypeOf(signal).toEqualTypeOf<AbortSignal>();
      return (await getJob('new')).id;
    },
    {
      done: (job) => {
        expectTypeOf(job).toEqualTypeOf<Job>();
        return job.state === 'ready';
      },
      response: ({ pages }) => pages ?? 0,
      metadata: ({ state }) => ({ state }),
      onProgress: ({ metadata }) => {
        expectTypeOf(metadata).toEqualTypeOf<{ state: 'running' | 'ready' } | undefined>();
      },
      save: (token) => token?.name,
    },
  ),
).toEqualTypeOf<Promise<number>>();

// @ts-expect-error the started operation is not of the type that `get` returns
void waitFor(({ name }) => getJob(name), { pages: 3 });
declare function startOther(): Promise<{ pages: number }>;
// @ts-expect-error nor is that of the function
void waitFor(({ name }) => getJob(name), startOther);
// @ts-expect-error there is no such option
void waitFor(({ name }) => getJob(name), 'jobs/7', { timeout: 5 });
