import type { OperationInfo } from './any.js';
import { toOperation, type Operation } from './operation.js';
import type { ListOperationsResponse } from './transport.js';

/** One page of a list of operations. */
export interface OperationPage<R, M> {
  /** The operations of this page. A page may be empty although more pages follow (AIP-158). */
  readonly operations: readonly Operation<R, M>[];
  /** The token of the next page; empty on the last page. */
  readonly nextPageToken: string;
  /** The locations or resources that the service could not reach for this page (AIP-217). */
  readonly unreachable: readonly string[];
}

/**
 * A list of operations. Iterating it requests the pages one by one, each when its operations are consumed (AIP-4233).
 * Empty pages are skipped; only an empty `nextPageToken` ends the list (AIP-158). Each iteration starts at the first
 * page.
 *
 * @example
 * ```ts
 * const list = client.listOperations({ name: 'projects/p/locations/l' });
 * for await (const operation of list) console.log(operation.name, operation.done);
 * if (list.unreachable.length > 0) console.warn('incomplete:', list.unreachable);
 * ```
 */
export class OperationList<R, M> implements AsyncIterable<Operation<R, M>> {
  readonly #fetch: (pageToken: string | undefined) => Promise<ListOperationsResponse>;
  readonly #info: OperationInfo<R, M> | undefined;
  readonly #unreachable = new Set<string>();

  /** @internal */
  constructor(
    fetch: (pageToken: string | undefined) => Promise<ListOperationsResponse>,
    info: OperationInfo<R, M> | undefined,
  ) {
    this.#fetch = fetch;
    this.#info = info;
  }

  /**
   * The locations or resources that the service could not reach for the pages read so far, each once. The list is
   * incomplete if there are any.
   */
  get unreachable(): readonly string[] {
    return [...this.#unreachable];
  }

  /**
   * The pages, empty ones included. All errors are thrown by the iteration.
   *
   * @throws {@link RequestError} if a request failed.
   * @throws {@link UnpackError} if types were declared and an operation has another type.
   * @throws {@link MalformedOperationError} if an item is not an operation.
   * @throws the signal's reason if it is aborted.
   */
  async *pages(): AsyncIterableIterator<OperationPage<R, M>> {
    let pageToken: string | undefined;
    do {
      const page = await this.#fetch(pageToken);
      for (const location of page.unreachable) this.#unreachable.add(location);
      yield { ...page, operations: page.operations.map((raw) => toOperation(raw, this.#info)) };
      pageToken = page.nextPageToken;
    } while (pageToken); // a custom transport may leave it undefined
  }

  /** The operations, one by one. Throws what {@link OperationList.pages} throws. */
  async *[Symbol.asyncIterator](): AsyncIterator<Operation<R, M>> {
    for await (const page of this.pages()) yield* page.operations;
  }
}
