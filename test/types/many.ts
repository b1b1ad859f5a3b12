import { expectTypeOf } from 'expect-type';
import type { Any, LROPoller, Operation, OperationsClient, RawOperation, ResumeToken } from '../../src/index.js';
import {
  asCompleted,
  startAll,
  waitAll,
  waitAny,
  type Completion,
  type SettledOperation,
  type StartContext,
  type UnstartedOperation,
} from '../../src/many/index.js';

interface Book {
  title: string;
}
interface Film {
  minutes: number;
}
interface Progress {
  percent: number;
}
declare const book: LROPoller<Book, Progress>;
declare const film: LROPoller<Film, undefined>;
declare const books: LROPoller<Book, Progress>[];
declare const bookSet: ReadonlySet<LROPoller<Book, Progress>>;
declare const tuple: readonly [LROPoller<Book, Progress>, LROPoller<Film, undefined>];
declare const client: OperationsClient;
declare const raw: RawOperation;

// A tuple of pollers gives a tuple of responses; any other iterable gives an array.
export async function all(): Promise<void> {
  expectTypeOf(await waitAll([book, film])).toEqualTypeOf<[Book, Film]>();
  expectTypeOf(await waitAll(tuple)).toEqualTypeOf<[Book, Film]>();
  expectTypeOf(await waitAll(books)).toEqualTypeOf<Book[]>();
  expectTypeOf(await waitAll(bookSet)).toEqualTypeOf<Book[]>();
  expectTypeOf(await waitAll([])).toEqualTypeOf<[]>();
  const [, minutes] = await waitAll([book, film], { totalTimeoutMs: 1 });
  expectTypeOf(minutes).toEqualTypeOf<Film>();
}

// With `settle`, each outcome is a union that `result` narrows.
export async function allSettled(): Promise<void> {
  const [first, second] = await waitAll([book, film], { settle: true });
  expectTypeOf(first).toEqualTypeOf<SettledOperation<Book, Progress>>();
  expectTypeOf(second).toEqualTypeOf<SettledOperation<Film, undefined>>();
  if (first.result === 'response') expectTypeOf(first.response).toEqualTypeOf<Book>();
  else if (first.result === 'error') expectTypeOf(first.cancelled).toEqualTypeOf<boolean>();
  else expectTypeOf(first.reason).toBeUnknown();
  expectTypeOf(await waitAll(books, { settle: true })).toEqualTypeOf<SettledOperation<Book, Progress>[]>();
  expectTypeOf(await waitAll([book], { settle: false })).toEqualTypeOf<[Book]>();
  const settle: boolean = books.length > 1;
  expectTypeOf(await waitAll([book], { settle })).toEqualTypeOf<[Book] | [SettledOperation<Book, Progress>]>();
}

// The first response is of any of the types.
export async function any(): Promise<void> {
  expectTypeOf(await waitAny([book, film])).toEqualTypeOf<Book | Film>();
  expectTypeOf(await waitAny(books)).toEqualTypeOf<Book>();
  expectTypeOf(await waitAny([client.poller(raw)])).toEqualTypeOf<Any>();
}

// Each completion has the types of its poller.
export async function completed(): Promise<void> {
  for await (const completion of asCompleted([book, film])) {
    expectTypeOf(completion).toEqualTypeOf<Completion<Book, Progress> | Completion<Film, undefined>>();
  }
  for await (const { poller, operation } of asCompleted(books)) {
    expectTypeOf(poller).toEqualTypeOf<LROPoller<Book, Progress>>();
    expectTypeOf(operation).toEqualTypeOf<SettledOperation<Book, Progress>>();
  }
}

// onProgress receives the types of the pollers.
export function progress(): void {
  const onProgress = (operation: Operation<Book, Progress>, index: number): void => {
    expectTypeOf({ operation, index }).not.toBeAny();
  };
  void waitAll([book], { onProgress });
  void waitAny(books, {
    onProgress: (operation) => expectTypeOf(operation.metadata).toEqualTypeOf<Progress | undefined>(),
  });
  asCompleted([book, film], {
    onProgress: (operation) =>
      expectTypeOf(operation).toEqualTypeOf<Operation<Book, Progress> | Operation<Film, undefined>>(),
  });
  // @ts-expect-error a film has no progress
  void waitAll([film], { onProgress });
}

// Results have the types of the inputs and of the pollers that start() returns.
export async function started(): Promise<void> {
  const start = (_: number, context: StartContext): LROPoller<Book, Progress> => {
    expectTypeOf(context).toEqualTypeOf<{ readonly requestId: string; readonly signal: AbortSignal }>();
    return book;
  };
  for await (const { input, operation } of startAll([1, 2], start)) {
    expectTypeOf(input).toEqualTypeOf<number>();
    expectTypeOf(operation).toEqualTypeOf<SettledOperation<Book, Progress> | UnstartedOperation>();
    if (operation.result === 'response') expectTypeOf(operation.response).toEqualTypeOf<Book>();
  }
  async function* lines(): AsyncGenerator<string> {
    yield await Promise.resolve('');
  }
  const iterable = startAll(lines(), () => Promise.resolve(film), {
    checkpoint: (checkpoint) => expectTypeOf(checkpoint.token).toEqualTypeOf<ResumeToken | undefined>(),
    load: () => Promise.resolve(null),
    resume: () => film,
    onProgress: (operation, input) => expectTypeOf({ operation, input }).not.toBeAny(),
  });
  for await (const { input } of iterable) expectTypeOf(input).toEqualTypeOf<string>();
  // @ts-expect-error a book is not a film
  startAll([1], start, { load: () => undefined, resume: () => film });
}

// Values that are not pollers are rejected.
export function rejected(): void {
  // @ts-expect-error it is a promise
  void waitAll([book.promise()]);
  // @ts-expect-error it is a promise of a poller
  asCompleted([Promise.resolve(book)]);
  // @ts-expect-error the client is not a poller
  startAll([1], () => client);
}
