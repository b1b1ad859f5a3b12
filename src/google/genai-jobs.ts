import { throwInvalidArgument } from '../arguments.js';
import { customOperations } from '../custom/custom-operations.js';
import type { CustomCallOptions } from '../custom/options.js';
import type { CustomError } from '../custom/status.js';
import { Code } from '../status.js';
import { asRecord } from '../transports/as-record.js';
import { requestConfig, type GenaiRequestConfig } from './genai.js';
import { nameParts, resourceOperations, withState, type ResourceOperations } from './resource-operations.js';

/** The part of a job of `@google/genai` that is used: a `BatchJob` or a `TuningJob`. */
export interface GenaiJobLike {
  /** Its name. */
  readonly name?: string | undefined;
  /** Its state, such as `'JOB_STATE_RUNNING'`. */
  readonly state?: string | undefined;
  /** Why it failed. */
  readonly error?:
    | {
        /** A code of `google.rpc.Code`. */
        readonly code?: number;
        /** The message. */
        readonly message?: string;
      }
    | undefined;
}

/** A job in the requests of `@google/genai`. */
export interface GenaiJobRequest {
  /** Its name. */
  name: string;
  /** How to send the request. */
  config?: GenaiRequestConfig;
}

/** The part of the `batches` and the `tunings` of a `GoogleGenAI` that is used. */
export interface GenaiJobsOf {
  /** Requests the state of a job. */
  get(request: GenaiJobRequest): Promise<unknown>;
  /** Requests the cancellation of a job. */
  cancel(request: GenaiJobRequest): Promise<unknown>;
}

/** The part of a `GoogleGenAI` of `@google/genai` that is used. */
export interface GenaiJobsLike {
  /** Its batch jobs. */
  readonly batches: GenaiJobsOf;
  /** Its tuning jobs. */
  readonly tunings: GenaiJobsOf;
}

/**
 * Creates pollers for the jobs of `@google/genai`: batches (`ai.batches.create()`) and tunings (`ai.tunings.tune()`), on the
 * Gemini API and on Vertex AI. The client sends the requests itself, with its own credentials; its package is not imported.
 *
 * A job that succeeded in part is a success. One that failed, was cancelled or expired is a failure, with its own error.
 *
 * @param ai - a `GoogleGenAI`.
 * @throws TypeError if it is not one.
 *
 * @example
 * ```ts
 * const job = await ai.batches.create({ model, src: requests });
 * const { dest } = await genaiJobs(ai).poller(job).promise({ signal });
 * ```
 */
export function genaiJobs(ai: GenaiJobsLike): ResourceOperations<GenaiJobLike> {
  const { batches, tunings } = asRecord(ai);
  const methods = [batches, tunings].flatMap((jobs) => [asRecord(jobs).get, asRecord(jobs).cancel]);
  if (!methods.every((method) => typeof method === 'function')) {
    throwInvalidArgument('wait', 'ai', 'a GoogleGenAI of @google/genai', ai);
  }
  const transport = customOperations({
    get: async ({ name }, options): Promise<GenaiJobLike> =>
      withState<GenaiJobLike>(name, await jobsOf(ai, 'GetOperation', name).get(requestOf(name, options)), 'state'),
    cancel: ({ name }, options) => jobsOf(ai, 'CancelOperation', name).cancel(requestOf(name, options)),
    name: ({ name }) => name ?? '',
    done: ({ state = '' }) => successes.test(state) || Object.hasOwn(codes, state),
    error: errorOf,
    response: (job) => job,
    metadata: (job) => job,
  });
  const rule = 'a job of @google/genai, such as what ai.batches.create() resolves to';
  return resourceOperations(transport, (value) => 'state' in value, rule);
}

const requestOf = (name: string, { signal, timeoutMs }: CustomCallOptions): GenaiJobRequest => ({
  name,
  config: requestConfig(signal, timeoutMs),
});

const names = /^(?:projects\/[^/]+\/locations\/[^/]+\/)?(batches|batchPredictionJobs|tunedModels|tuningJobs)\/[^/]+$/;
const form = 'batches/*, tunedModels/*, projects/*/locations/*/batchPredictionJobs/* or …/tuningJobs/*';

function jobsOf(ai: GenaiJobsLike, method: string, name: string): GenaiJobsOf {
  const [collection = ''] = nameParts({ method, name }, names, form);
  return collection.startsWith('batch') ? ai.batches : ai.tunings;
}

const successes = /^JOB_STATE_(?:PARTIALLY_)?SUCCEEDED$/;

/** The states of jobs that failed. */
const codes: Readonly<Record<string, Code>> = {
  JOB_STATE_FAILED: Code.UNKNOWN,
  JOB_STATE_CANCELLED: Code.CANCELLED,
  JOB_STATE_EXPIRED: Code.DEADLINE_EXCEEDED,
};

// The details of an error are texts in some versions.
function errorOf({ state = '', error }: GenaiJobLike): CustomError | undefined {
  if (successes.test(state)) return undefined;
  const code = error?.code === 0 ? undefined : error?.code;
  return { code: code ?? codes[state], message: error?.message ?? `the job ended as ${state}` };
}
