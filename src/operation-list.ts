import type { OperationInfo } from './any.js';
import { toOperation, type Operation } from './operation.js';
import type { ListOperationsResponse } from './transport.js';

/** One page of a list of operations. */
export interface OperationPage<R, M> {
  /** The operations of this page; there may be none although there are more pages. */
  readonly operations: readonly Operation<R, M>[];
  /** Where the next page begins; empty: this was the last one. */
  readonly nextPageToken: string;
  /** The locations or resources that could not be reached for this page (AIP-217). */
  readonly unreachable: readonly string[];
}

/**
 * The operations of a list, asked for page by page as they are consumed (AIP-4233). Empty pages are passed over; only
 * an empty `nextPageToken` ends the list (AIP-158). Each iteration begins anew.
 *
 * @example
 * ```ts
 * const list = client.listOperations({ name: 'projects/p/locations/l' });
 * for await (const operation of list) console.log(operation.name, operation.done);
 * if (list.unreachable.length > 0) console.warn('not complete:', list.unreachable);
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

  /** What could not be reached for any of the pages that have been read so far: with it the list is not complete. */
  get unreachable(): readonly string[] {
    return [...this.#unreachable];
  }

  /**
   * The pages.
   *
   * @throws {@link RequestError} from the iteration, if a request failed.
   * @throws {@link UnpackError} from the iteration, if types were declared and an operation has others.
   * @throws {@link MalformedOperationError} from the iteration, if an item is no operation.
   * @throws the signal's reason, from the iteration, when it is aborted.
   */
  async *pages(): AsyncIterableIterator<OperationPage<R, M>> {
    let pageToken: string | undefined;
    do {
      const page = await this.#fetch(pageToken);
      for (const place of page.unreachable) this.#unreachable.add(place);
      yield { ...page, operations: page.operations.map((raw) => toOperation(raw, this.#info)) };
      pageToken = page.nextPageToken;
    } while (pageToken); // a transport of someone's own may leave it out
  }

  /** The operations, one by one. The iteration throws what that of `pages()` throws. */
  async *[Symbol.asyncIterator](): AsyncIterator<Operation<R, M>> {
    for await (const page of this.pages()) yield* page.operations;
  }
}
