import { expectTypeOf } from 'expect-type';
import {
  anyType,
  emptyType,
  exponentialBackoff,
  jsonType,
  operationInfo,
  OperationsClient,
  type Any,
  type CompletedOperation,
  type LROPoller,
  type Operation,
  type OperationPage,
  type OperationsTransport,
  type RawOperation,
  type ResumeToken,
} from '../../src/index.js';

interface Book {
  title: string;
}
interface Progress {
  percent: number;
}
declare const transport: OperationsTransport;
declare const raw: RawOperation;
const client = new OperationsClient({ transport });
const info = operationInfo({ response: jsonType<Book>('test.Book'), metadata: jsonType<Progress>('test.Progress') });

// A poller's results have the declared types.
export async function typed(): Promise<void> {
  const poller = client.poller('operations/1', info);
  expectTypeOf(poller).toEqualTypeOf<LROPoller<Book, Progress>>();
  expectTypeOf(await poller.promise()).toEqualTypeOf<Book>();
  expectTypeOf(await poller.pollUntilDone()).toEqualTypeOf<CompletedOperation<Book, Progress>>();
  expectTypeOf(await poller.poll()).toEqualTypeOf<Operation<Book, Progress>>();
  expectTypeOf(poller.operation).toEqualTypeOf<Operation<Book, Progress> | undefined>();
  for await (const operation of poller) expectTypeOf(operation).toEqualTypeOf<Operation<Book, Progress>>();
  for await (const operation of poller.updates())
    expectTypeOf(operation.metadata).toEqualTypeOf<Progress | undefined>();
  await poller.promise({
    onProgress: (operation) => expectTypeOf(operation).toEqualTypeOf<Operation<Book, Progress>>(),
  });
}

// Without declared types a poller returns Anys, never `any`.
export async function untyped(): Promise<void> {
  expectTypeOf(client.poller(raw)).toEqualTypeOf<LROPoller<Any, Any>>();
  expectTypeOf(await client.poller(raw).promise()).toEqualTypeOf<Any>();
  expectTypeOf(await client.poller('operations/1').promise()).not.toBeAny();
  expectTypeOf((await client.getOperation({ name: 'operations/1' })).metadata).toEqualTypeOf<Any | undefined>();
}

// An Empty response is undefined.
export function empty(): void {
  const poller = client.poller(raw, operationInfo({ response: emptyType }));
  expectTypeOf(poller.promise()).toEqualTypeOf<Promise<undefined>>();
}

// The option `type` types the single RPCs.
export async function single(): Promise<void> {
  const request = { name: 'operations/1' };
  expectTypeOf(await client.getOperation(request, { type: info })).toEqualTypeOf<Operation<Book, Progress>>();
  expectTypeOf(await client.waitOperation(request, { type: info })).toEqualTypeOf<Operation<Book, Progress>>();
  expectTypeOf(client.cancelOperation(request)).toEqualTypeOf<Promise<void>>();
  const list = client.listOperations(request, { type: info });
  for await (const operation of list) expectTypeOf(operation).toEqualTypeOf<Operation<Book, Progress>>();
  for await (const page of list.pages()) expectTypeOf(page).toEqualTypeOf<OperationPage<Book, Progress>>();
}

// A token is accepted as JSON.parse() returns it.
export function resumed(text: string, token: ResumeToken): void {
  // eslint-disable-next-line @typescript-eslint/no-unsafe-argument -- that is the promise
  expectTypeOf(client.resume(JSON.parse(text), info)).toEqualTypeOf<LROPoller<Book, Progress>>();
  expectTypeOf(client.resume(token)).toEqualTypeOf<LROPoller<Any, Any>>();
  expectTypeOf(client.poller(raw).toJSON()).toEqualTypeOf<ResumeToken>();
  // @ts-expect-error the JSON text is not a token
  client.resume(text);
}

// `readProgress` receives metadata of the declared type, in a resumed wait too.
export function progress(token: ResumeToken): void {
  client.poller(raw, info, { readProgress: (metadata) => metadata.percent / 100 });
  client.resume(token, info, { readProgress: (metadata) => metadata.percent / 100 });
}

// Every option may be undefined, also under exactOptionalPropertyTypes.
export async function optional(): Promise<void> {
  const call = { signal: undefined, timeoutMs: undefined, headers: undefined };
  const retry = {
    codes: undefined,
    maxAttempts: undefined,
    maxElapsedMs: undefined,
    initialDelayMs: undefined,
    multiplier: undefined,
    maxDelayMs: undefined,
  };
  const polling = {
    backoff: exponentialBackoff({ initialDelayMs: undefined, multiplier: undefined, maxDelayMs: undefined }),
    wait: undefined,
    rpcTimeoutMs: undefined,
    headers: undefined,
    retry,
  };
  const other = new OperationsClient({ transport, polling, retry });
  const poller = other.poller(raw, undefined, { ...polling, backoff: undefined, retry: undefined });
  await poller.promise({ signal: undefined, totalTimeoutMs: undefined, onProgress: undefined });
  await poller.cancel(call);
  await other.getOperation({ name: '' }, { ...call, retry, type: undefined });
  await other.waitOperation({ name: '', timeoutMs: undefined }, { ...call, retry: undefined });
  other.listOperations({
    ...{ name: '', filter: undefined, pageSize: undefined, pageToken: undefined, returnPartialSuccess: undefined },
  });
}

// A poller is not a promise: it can be returned from an async function.
export async function returned(): Promise<LROPoller<Any, Any>> {
  return Promise.resolve(client.poller(raw));
}
expectTypeOf<Awaited<LROPoller<Book, Progress>>>().toEqualTypeOf<LROPoller<Book, Progress>>();

// @ts-expect-error a client needs a transport
new OperationsClient({});
// @ts-expect-error the request requires a name
void client.getOperation('operations/1');
// @ts-expect-error the response must be declared
client.poller(raw, { response: anyType });
