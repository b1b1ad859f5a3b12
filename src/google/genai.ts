import type { AnyDecoder, OperationInfo } from '../any.js';
import { throwInvalidArgument } from '../arguments.js';
import { OperationsClient } from '../client.js';
import { customOperations } from '../custom/custom-operations.js';
import type { LROPoller } from '../poller.js';
import type { PollingOptions } from '../polling/settings.js';
import type { ResumeToken } from '../resume-token.js';
import { asRecord } from '../transports/as-record.js';
import { shownOperation } from '../transports/shown-operation.js';

/** The part of a `GoogleGenAI` of `@google/genai` that is used. */
export interface GenaiLike {
  /** Its operations. */
  readonly operations: {
    /** Requests the state of an operation. */
    get(parameters: { operation: never; config?: GenaiRequestConfig }): Promise<unknown>;
  };
}

/** How a `GoogleGenAI` sends one request. */
export interface GenaiRequestConfig {
  /** Aborts it. */
  abortSignal?: AbortSignal;
  /** Its options. */
  httpOptions?: {
    /** The deadline, in milliseconds. */
    timeout?: number;
  };
}

/**
 * The part of an operation of `@google/genai` that is used, such as a `GenerateVideosOperation`.
 *
 * @typeParam R - the response.
 */
export interface GenaiOperationLike<R> {
  /** Its name. */
  readonly name?: string | undefined;
  /** Whether it has completed. */
  readonly done?: boolean | undefined;
  /** The error of one that failed. */
  readonly error?: Readonly<Record<string, unknown>> | undefined;
  /** Its metadata. */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
  /** The response of one that succeeded. */
  readonly response?: R | undefined;
  /** Converts a response of the API. */
  _fromAPIResponse(parameters: GenaiApiResponse): {
    /** The response. */
    readonly response?: R | undefined;
  };
}

/** The metadata of an operation of `@google/genai`; undefined if the service sent none. */
export type GenaiMetadata = Readonly<Record<string, unknown>> | undefined;

/** Pollers for the operations of a `GoogleGenAI`. */
export interface GenaiOperations {
  /**
   * Returns a poller for an operation.
   *
   * @typeParam R - the response, inferred.
   * @param operation - what `ai.models.generateVideos()` or another starting method resolved to.
   * @param options - how to poll.
   * @throws TypeError if it is not such an operation.
   * @throws {@link longrunning.MalformedOperationError | MalformedOperationError} if it is neither done nor named.
   */
  poller<R>(operation: GenaiOperationLike<R>, options?: PollingOptions<GenaiMetadata>): LROPoller<R, GenaiMetadata>;
  /**
   * Resumes a wait from a saved token.
   *
   * @typeParam R - the response, inferred.
   * @param token - `JSON.stringify(poller)`, parsed.
   * @param operation - an operation of the class that reads the response, such as `new GenerateVideosOperation()`.
   * @param options - how to poll.
   * @throws TypeError if the token is invalid.
   */
  resume<R>(
    token: ResumeToken,
    operation: GenaiOperationLike<R>,
    options?: PollingOptions<GenaiMetadata>,
  ): LROPoller<R, GenaiMetadata>;
  /** Ends the waits. */
  close(): Promise<void>;
}

/** What the API sent, as `@google/genai` passes it to an operation. */
export interface GenaiApiResponse {
  /** The operation in JSON. */
  apiResponse: Record<string, unknown>;
  /** Whether it is of Vertex AI. */
  _isVertexAI: boolean;
}

/** A state: what the API sent, or the operation that the starting call returned, whose response is converted. */
type State = GenaiApiResponse | { readonly started: GenaiOperationLike<unknown> };

const fieldsOf = (state: State): GenaiOperationLike<unknown> =>
  'started' in state ? state.started : (state.apiResponse as unknown as GenaiOperationLike<unknown>);

/**
 * Creates pollers for the operations of `@google/genai`, on the Gemini API and on Vertex AI: those of `generateVideos()`, and of
 * `importFile()` and `uploadToFileSearchStore()` of its file search stores. For batches and tunings: {@link genaiJobs}. The client sends the requests itself, with its own credentials; its package is not imported.
 *
 * A response is that of the operation's own class: a `GenerateVideosResponse`. Videos that a filter removed are in it, not an
 * error.
 *
 * @param ai - a `GoogleGenAI`.
 * @throws TypeError if it is not one.
 *
 * @example
 * ```ts
 * const started = await ai.models.generateVideos({ model: 'veo-3.1-generate-preview', prompt });
 * const { generatedVideos } = await genaiOperations(ai).poller(started).promise({ signal });
 * ```
 */
export function genaiOperations(ai: GenaiLike): GenaiOperations {
  const operations = asRecord(asRecord(ai).operations);
  if (typeof operations.get !== 'function') throwInvalidArgument('wait', 'ai', 'a GoogleGenAI of @google/genai', ai);
  const transport = customOperations({
    get: ({ name }, { signal, timeoutMs }): Promise<State> => getState(ai, name, signal, timeoutMs),
    done: (state) => fieldsOf(state).done === true,
    error: (state) => fieldsOf(state).error,
    response: (state) => state,
    metadata: (state) => fieldsOf(state).metadata,
    name: (state) => fieldsOf(state).name ?? '',
  });
  const client = new OperationsClient({ transport });
  const infoOf = <R>(operation: GenaiOperationLike<R>): OperationInfo<R, GenaiMetadata> => ({
    response: responseDecoder(transport.info.response, operation),
    metadata: transport.info.metadata,
  });
  return {
    poller(operation, options) {
      assertOperation(operation);
      return client.poller(transport.rawOperation({ started: operation }), infoOf(operation), options);
    },
    resume(token, operation, options) {
      assertOperation(operation);
      return client.resume(token, infoOf(operation), options);
    },
    close: () => client.close(),
  };
}

/** Gets a state as the API sent it: the operation that is passed converts nothing. */
async function getState(
  ai: GenaiLike,
  name: string,
  abortSignal: AbortSignal,
  timeoutMs: number | undefined,
): Promise<State> {
  const operation = { name, _fromAPIResponse: (response: GenaiApiResponse) => response };
  // On Vertex AI the client passes on the timeout only.
  return (await ai.operations.get({
    operation: operation as never,
    config: requestConfig(abortSignal, timeoutMs),
  })) as State;
}

/** How the client sends one request. */
export function requestConfig(abortSignal: AbortSignal, timeoutMs: number | undefined): GenaiRequestConfig {
  return { abortSignal, httpOptions: timeoutMs === undefined ? {} : { timeout: Math.ceil(timeoutMs) } };
}

function responseDecoder<R>(decoder: AnyDecoder<State>, operation: GenaiOperationLike<R>): AnyDecoder<R> {
  return {
    decode(any) {
      const state = decoder.decode(any);
      const { response } = 'started' in state ? state.started : operation._fromAPIResponse(state);
      // The class leaves out an empty response.
      return (response ?? {}) as R;
    },
  };
}

function assertOperation(value: unknown): void {
  const { _fromAPIResponse: convert } = asRecord(value);
  if (typeof convert === 'function') return;
  throwInvalidArgument('poll', 'operation', 'an operation of @google/genai', shownOperation(value));
}
