import type {
  CallOptions,
  ListOperationsRequest,
  ListOperationsResponse,
  OperationsTransport,
  RawOperation,
} from '../../src/index.js';

/** A request that was sent, to be settled by the test. */
export interface SentRequest<Q, R> {
  readonly request: Q;
  readonly options: CallOptions;
  resolve(response: R): void;
  reject(error: unknown): void;
}

/** A transport whose requests stay open until the test settles them. */
export class ManualTransport implements OperationsTransport {
  readonly gets: SentRequest<{ name: string }, RawOperation>[] = [];
  readonly lists: SentRequest<ListOperationsRequest, ListOperationsResponse>[] = [];
  onGet: (() => void) | undefined;

  getOperation(request: { name: string }, options: CallOptions): Promise<RawOperation> {
    this.onGet?.();
    return send(this.gets, request, options);
  }

  listOperations(request: ListOperationsRequest, options: CallOptions): Promise<ListOperationsResponse> {
    return send(this.lists, request, options);
  }

  cancelOperation(): Promise<void> {
    return Promise.resolve();
  }

  deleteOperation(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

function send<Q, R>(sent: SentRequest<Q, R>[], request: Q, options: CallOptions): Promise<R> {
  return new Promise((resolve, reject) => sent.push({ request, options, resolve, reject }));
}
