// Operations of `googleapis` and the @googleapis/* packages: of any API whose `Schema$Operation` is google.longrunning's, such
// as Cloud Build, Cloud Run, Cloud Functions, App Engine, Service Usage and Cloud Resource Manager.
//
//   const { data } = await cloudbuild.projects.builds.create({ projectId, requestBody });
//   const response = await googleapisOperations(cloudbuild.operations).poller(data).promise({ signal });
import { customOperations, type CustomTransport } from 'longrunning/custom';

/** An operation, as these packages have it. */
export interface SchemaOperation {
  readonly name?: string | null;
  readonly done?: boolean | null;
  readonly error?: {
    readonly code?: number | null;
    readonly message?: string | null;
    readonly details?: Record<string, unknown>[] | null;
  };
  readonly response?: Record<string, unknown> | null;
  readonly metadata?: Record<string, unknown> | null;
}

/** The `operations` of a client: `cloudbuild.operations`, `run.projects.locations.operations`, … */
interface OperationsResource {
  get(parameters: { name: string }, options: object): Promise<{ readonly data: SchemaOperation }>;
  cancel?(parameters: { name: string }, options: object): Promise<unknown>;
}

type Fields = Record<string, unknown> | undefined;

export function googleapisOperations(resource: OperationsResource): CustomTransport<SchemaOperation, Fields, Fields> {
  return customOperations({
    // The poller retries, not the client.
    get: async ({ name }, { signal, timeoutMs }): Promise<SchemaOperation> =>
      (await resource.get({ name }, { signal, retry: false, ...(timeoutMs && { timeout: Math.ceil(timeoutMs) }) }))
        .data,
    ...(resource.cancel && {
      cancel: async ({ name }, { signal }) => resource.cancel?.({ name }, { signal, retry: false }),
    }),
    response: ({ response }): Fields => response ?? undefined,
    metadata: ({ metadata }): Fields => metadata ?? undefined,
  });
}
