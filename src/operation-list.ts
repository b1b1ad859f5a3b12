import type { OperationInfo } from './any.js';
import { MalformedOperationError } from './decode-errors.js';
import { requestError } from './errors.js';
import { toOperation, type Operation } from './operation.js';
import { Code } from './status.js';
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
  readonly #name: string;
  readonly #fetch: (pageToken: string | undefined) => Promise<ListOperationsResponse>;
  readonly #info: OperationInfo<R, M> | undefined;
  readonly #unreachable = new Set<string>();

  /** @internal */
  constructor(
    name: string,
    fetch: (pageToken: string | undefined) => Promise<ListOperationsResponse>,
    info: OperationInfo<R, M> | undefined,
  ) {
    this.#name = name;
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
   * @throws {@link RequestError} if a request failed, or if a page token repeats.
   * @throws {@link UnpackError} if types were declared and an operation has another type.
   * @throws {@link MalformedOperationError} if an item is not an operation.
   * @throws the signal's reason if it is aborted.
   */
  async *pages(): AsyncIterableIterator<OperationPage<R, M>> {
    const tokens = new Set<string>();
    let pageToken: string | undefined;
    do {
      const page = checkPage(await this.#fetch(pageToken), this.#name);
      for (const location of page.unreachable) this.#unreachable.add(location);
      yield { ...page, operations: page.operations.map((raw) => toOperation(raw, this.#info)) };
      pageToken = page.nextPageToken;
      if (tokens.has(pageToken)) throw repeatedToken(this.#name);
      tokens.add(pageToken);
    } while (pageToken);
  }

  /** The operations, one by one. Throws what {@link OperationList.pages} throws. */
  async *[Symbol.asyncIterator](): AsyncIterator<Operation<R, M>> {
    for await (const page of this.pages()) yield* page.operations;
  }
}

/** A page, with what a transport in plain JavaScript may have left out. */
function checkPage(page: Partial<ListOperationsResponse> | undefined, name: string): ListOperationsResponse {
  const { operations, nextPageToken = '', unreachable } = page ?? {};
  const locations = Array.isArray(unreachable) ? unreachable : [];
  if (Array.isArray(operations)) return { operations, nextPageToken, unreachable: locations };
  throw new MalformedOperationError(name, 'what came is not a page of a list');
}

function repeatedToken(name: string): Error {
  const message = 'the service repeats a page token: the list would never end';
  return requestError({ method: 'ListOperations', name }, Code.INTERNAL, message, { origin: 'service' });
}
