import type { Job } from 'bullmq';
import { typeNameOf, type OperationInfo } from '../any.js';
import { isRequestError } from '../errors.js';
import { anyInfo } from '../operation.js';
import { isRetryable } from '../rpc/retry.js';
import type { RawOperation } from '../transport.js';
import { dataVersion } from './batch.js';
import type { Claims } from './claims.js';
import { callSafely, type WorkerEvent, type WorkerListener } from './events.js';
import { JobPasser } from './job-passer.js';
import { lookUp } from './look-up.js';
import type { EndedOperation, OperationTypes } from './options.js';
import { readCompleted, saveFailure, settle, type EndedData } from './saved-end.js';
import type { ServiceClients } from './service-clients.js';

/** What a worker does with operations that ended. */
export interface EndedProcessorOptions {
  readonly claims: Claims;
  readonly clients: ServiceClients;
  readonly types: OperationTypes | undefined;
  readonly onDone: (ended: EndedOperation<unknown, unknown, unknown>) => unknown;
  readonly rememberMs: number;
  readonly onEvent: WorkerListener | undefined;
}

/** Thrown where another worker, or a later time, may do. */
class LaterError extends Error {
  readonly event: WorkerEvent;

  constructor(event: WorkerEvent) {
    super(event.type);
    this.event = event;
  }
}

/** Processes the jobs of operations that ended: calls the handler, and records that it has returned. */
export class EndedProcessor {
  readonly #options: EndedProcessorOptions;
  readonly #passer: JobPasser;

  constructor(options: EndedProcessorOptions) {
    this.#options = options;
    this.#passer = new JobPasser(() => options.claims.wakeWorker('ended'));
  }

  /** Called by BullMQ with each job. */
  readonly process = async (
    job: Job<EndedData>,
    token = '',
    signal: AbortSignal = new AbortController().signal,
  ): Promise<void> => {
    try {
      await this.#run(job, signal);
    } catch (error) {
      if (!(error instanceof LaterError)) throw error;
      callSafely(this.#options.onEvent, error.event);
      await this.#passer.pass(job, token);
    }
  };

  async #run(job: Job<EndedData>, signal: AbortSignal): Promise<void> {
    const { claims, rememberMs } = this.#options;
    const { data } = job;
    if (data.version > dataVersion) throw new LaterError({ type: 'newer-version', version: data.version });
    const id = job.id as string;
    // It was removed, or its handler has returned but the process died before the job was completed.
    if (!(await claims.isPending(id))) return;
    const operation = await this.#settle(data);
    await this.#handle(job, { operation, data: data.data, token: data.token, attempt: job.attemptsMade + 1, signal });
    await claims.finish(id, rememberMs);
  }

  async #handle(job: Job<EndedData>, ended: EndedOperation<unknown, unknown, unknown>): Promise<void> {
    const { onDone, onEvent } = this.#options;
    try {
      await onDone(ended);
    } catch (error) {
      callSafely(onEvent, { type: 'handler-failed', name: job.name, error, attempt: ended.attempt });
      throw error;
    }
  }

  async #settle(data: EndedData): Promise<EndedOperation<unknown, unknown>['operation']> {
    const { token, end } = data;
    if (end.result === 'unknown') return settle({ token, end }, undefined, this.#infoOf(data, undefined));
    let raw = readCompleted(end);
    // An unknown type is found before a request is sent, if the token names it.
    let info = this.#infoOf(data, raw);
    try {
      raw ??= await this.#requestAgain(data);
      info = this.#infoOf(data, raw);
    } catch (error) {
      if (!isRequestError(error) || isRetryable(error, 'GetOperation', undefined)) throw error;
      const reason = { kind: 'failure', elapsedMs: 0, polls: 0, failure: saveFailure(error) } as const;
      return settle({ token, end: { result: 'unknown', reason } }, undefined, info);
    }
    return settle({ token, end }, raw, info);
  }

  async #requestAgain({ token: { name, apiEndpoint = '' } }: EndedData): Promise<RawOperation> {
    const client = this.#options.clients.find(apiEndpoint);
    if (!client) throw new LaterError({ type: 'missing-client', service: apiEndpoint, operations: 1 });
    try {
      // There is no count of failures, and the result may be large: it has all the time.
      return await lookUp(client, name, Infinity);
    } catch (error) {
      if (isRequestError(error) && isRetryable(error, 'GetOperation', undefined)) {
        throw new LaterError({ type: 'error', error });
      }
      throw error;
    }
  }

  /** The types of an operation: those that its token names, or else its response. */
  #infoOf({ token }: EndedData, raw: RawOperation | undefined): OperationInfo<unknown, unknown> {
    const { types } = this.#options;
    if (!types) return anyInfo;
    const responseType = token.responseType ?? (raw?.response && typeNameOf(raw.response));
    if (!responseType) return anyInfo;
    if (Object.hasOwn(types, responseType)) return types[responseType] as OperationInfo<unknown, unknown>;
    throw new LaterError({ type: 'unknown-type', name: token.name, responseType });
  }
}
