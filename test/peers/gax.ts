import gax from 'google-gax';
import protobuf from 'protobufjs';
import type { ChannelLike, MetadataLike, UnaryListener } from '../../src/grpc/grpc-js.js';

const { Operation } = gax.operationsProtos.google.longrunning;
const { Thing, Other } = protobuf
  .parse(
    `
  syntax = "proto3";
  package test;
  message Thing { string title = 1; int32 percent = 2; }
  message Other { string text = 1; }
`,
  )
  .root.lookup('test') as unknown as Record<'Thing' | 'Other', protobuf.Type>;

export { Thing };

export type IOperation = Parameters<typeof Operation.encode>[0];
type IAny = NonNullable<IOperation['response']>;

/** A status that a request fails with. */
export interface Failure {
  readonly code: number;
  readonly details: string;
}

export const name = 'operations/1';
export const running: IOperation = { name };
export const succeeded: IOperation = { name, done: true, response: thing({ title: 'done' }) };

export function thing(message: { title?: string; percent?: number }): IAny {
  return { type_url: 'type.googleapis.com/test.Thing', value: Thing.encode(message).finish() };
}

export function other(text: string): IAny {
  return { type_url: 'type.googleapis.com/test.Other', value: Other.encode({ text }).finish() };
}

/** An operation that runs and says how far it is. */
export function at(percent: number): IOperation {
  return { name, metadata: thing({ percent }) };
}

interface Call {
  readonly method: string;
  readonly atMs: number;
  /** As google-gax hands it to the stub. */
  readonly deadline?: Date;
}

/**
 * A real operations client of google-gax, with its own retries and timeouts, over a stub in memory that answers
 * GetOperation with one answer after another, the last one for ever, each after `latencyMs`.
 */
export function gaxInMemory(answers: (IOperation | Failure)[], { latencyMs = 0 } = {}) {
  const calls: Call[] = [];
  const answer = (method: string): Uint8Array | Failure => {
    if (method === 'WaitOperation') return { code: gax.Status.UNIMPLEMENTED, details: 'as with most services' };
    if (method !== 'GetOperation') return new Uint8Array(0);
    const next = answers.length > 1 ? answers.shift()! : answers[0]!;
    return 'code' in next ? next : Operation.encode(next).finish();
  };
  const call = (method: string, deadline: Date | undefined, callback: Callback<Uint8Array>) => {
    calls.push({ method, atMs: performance.now(), ...(deadline && { deadline }) });
    const bytes = answer(method);
    const timer = setTimeout(() => {
      if ('code' in bytes) callback(Object.assign(new Error(bytes.details), bytes));
      else callback(null, bytes);
    }, latencyMs);
    return {
      cancel() {
        clearTimeout(timer);
        const details = 'Cancelled on client';
        callback(Object.assign(new Error(`1 CANCELLED: ${details}`), { code: 1, details }));
      },
    };
  };
  const method =
    (method: string): StubMethod =>
    (_request, _metadata, { deadline }, callback) =>
      call(method, deadline, (error, bytes) => {
        if (error) callback(error);
        else callback(null, method === 'GetOperation' ? asGaxHasIt(bytes!) : {});
      });
  const stub = {
    getOperation: method('GetOperation'),
    cancelOperation: method('CancelOperation'),
    deleteOperation: method('DeleteOperation'),
    // As in grpc-js, interceptors get an empty Metadata.
    makeUnaryRequest: (
      ...[, , , , { interceptors }]: [unknown, unknown, unknown, unknown, { interceptors: Interceptor[] }]
    ) => interceptors[0]!().start(emptyMetadata),
    getChannel: () => ({
      getTarget: () => 'dns:gax.invalid:443',
      createCall: (path: string) =>
        channelCall((callback) => call(path.slice(path.lastIndexOf('/') + 1), undefined, callback)),
    }),
  };
  const grpc = Object.assign(new gax.GrpcClient({ auth: {} as never }), { createStub: () => Promise.resolve(stub) });
  const protos = { google: { longrunning: { Operations: {} } } };
  const client = new gax.OperationsClient(grpc, protos, {});
  const decode = Thing.decode.bind(Thing);
  const descriptor = new gax.LongrunningDescriptor(client, decode, decode);
  return {
    client,
    calls,
    /** The operation that a method of a generated client would have returned. */
    operation: (raw: IOperation = running, backoff: Partial<Backoff> = {}, options?: object) => {
      const settings = { ...gax.createDefaultBackoffSettings(), ...backoff };
      const from = asGaxHasIt(Operation.encode(raw).finish());
      return gax.operation(from as never, descriptor, settings, options) as gax.LROperation<
        { title: string },
        { percent: number }
      >;
    },
    /** The times of the GetOperation requests since the first one. */
    times: () => {
      const polls = calls.filter(({ method }) => method === 'GetOperation');
      return polls.map(({ atMs }) => Math.round(atMs - polls[0]!.atMs));
    },
  };
}

/** A call of a channel of grpc-js. */
function channelCall(
  send: (callback: Callback<Uint8Array>) => { cancel(): void },
): ReturnType<ChannelLike['createCall']> {
  let listener!: UnaryListener;
  let sent: { cancel(): void } | undefined;
  const onEnd: Callback<Uint8Array> = (error, bytes) => {
    if (error) return listener.onReceiveStatus(error as Error & Failure);
    listener.onReceiveMessage(Buffer.from(bytes!));
    listener.onReceiveStatus({ code: 0, details: '' });
  };
  return {
    start: (_metadata, given) => (listener = given),
    startRead: () => undefined,
    sendMessageWithContext: () => undefined,
    halfClose: () => (sent = send(onEnd)),
    cancelWithStatus: () => sent?.cancel(),
  };
}

const emptyMetadata = { clone: () => emptyMetadata, set: () => undefined } as unknown as MetadataLike;
type Interceptor = () => { start(metadata: MetadataLike): void };
type Backoff = Parameters<typeof gax.operation>[2];
type Callback<T = unknown> = (error: Error | null, value?: T) => void;
type StubMethod = (request: object, metadata: object, options: { deadline?: Date }, callback: Callback) => object;

/** As the stubs of google-gax give it. */
function asGaxHasIt(bytes: Uint8Array): object {
  const options = { longs: String, enums: String, defaults: true, oneofs: true };
  return Operation.toObject(Operation.decode(bytes), options);
}
