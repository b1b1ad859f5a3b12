import type { AgentsClient, protos } from '@google-cloud/dialogflow-cx';
import { expectTypeOf } from 'expect-type';
import type { LROperation, Operation as GaxOperation, OperationsClient as GaxOperationsClient } from 'google-gax';
import type { Any } from '../../src/any.js';
import { OperationsClient } from '../../src/client.js';
import { gaxTransport, pollerFrom } from '../../src/gax/index.js';
import type { OperationPage } from '../../src/operation-list.js';
import type { CompletedOperation, Operation } from '../../src/operation.js';
import type { LROPoller } from '../../src/poller.js';
import type { PollingOptions } from '../../src/polling/settings.js';
import type { Status } from '../../src/status.js';
import type { OperationsTransport } from '../../src/transport.js';

type Response = protos.google.cloud.dialogflow.cx.v3.IExportAgentResponse;
type Metadata = protos.google.protobuf.IStruct;

declare const agents: AgentsClient;

// What a method of a generated client returns is typed, with no cast.
export async function fresh() {
  const [operation] = await agents.exportAgent({ name: 'agents/a' });
  const poller = pollerFrom(operation);
  expectTypeOf(poller).toEqualTypeOf<LROPoller<Response, Metadata>>();
  const response = await poller.promise();
  expectTypeOf(response).toEqualTypeOf<Response>();
  expectTypeOf(response).not.toBeAny();
  expectTypeOf(response.agentUri).toEqualTypeOf<string | null | undefined>();
  expectTypeOf(await poller.pollUntilDone()).toEqualTypeOf<CompletedOperation<Response, Metadata>>();
  for await (const { metadata } of poller) expectTypeOf(metadata).toEqualTypeOf<Metadata | undefined>();
}

// So is what it gives for an operation's name.
export async function resumed() {
  const operation = await agents.checkExportAgentProgress('operations/1');
  expectTypeOf(
    await pollerFrom(operation).promise(),
  ).toEqualTypeOf<protos.google.cloud.dialogflow.cx.v3.ExportAgentResponse>();
}

// Any operation and any operations client of google-gax will do.
export function gax(operation: LROperation<{ a: 1 }, { b: 2 }>, client: GaxOperationsClient) {
  expectTypeOf(pollerFrom(operation, { rpcTimeoutMs: 1 })).toEqualTypeOf<LROPoller<{ a: 1 }, { b: 2 }>>();
  expectTypeOf(gaxTransport(client)).toEqualTypeOf<OperationsTransport>();
  expectTypeOf(gaxTransport(agents.operationsClient)).toEqualTypeOf<OperationsTransport>();
}

// An operation without types, such as that of Spanner's `createDatabase()`, is accepted too.
export function untyped(operation: GaxOperation, common: PollingOptions) {
  expectTypeOf(pollerFrom(operation)).toEqualTypeOf<LROPoller<unknown>>();
  expectTypeOf(pollerFrom(operation, common)).toEqualTypeOf<LROPoller<unknown>>();
  expectTypeOf(pollerFrom(operation, { readProgress: () => 1 })).toEqualTypeOf<LROPoller<unknown>>();
}

// `progress` gets the metadata as the client types it; options for operations of any type do for this one too.
export function options(operation: LROperation<{ a: 1 }, { b: 2 }>, common: PollingOptions) {
  const poller = pollerFrom(operation, {
    readProgress: (metadata) => {
      expectTypeOf(metadata).toEqualTypeOf<{ b: 2 }>();
      return metadata.b;
    },
  });
  expectTypeOf(poller).toEqualTypeOf<LROPoller<{ a: 1 }, { b: 2 }>>();
  expectTypeOf(pollerFrom(operation, common)).toEqualTypeOf<LROPoller<{ a: 1 }, { b: 2 }>>();
}

// The single calls take a plain request and give what their types say, which those of google-gax do not: there
// `getOperation({ name })` does not compile, a list is no list, and what is declared as an Empty is an array.
export async function single(client: GaxOperationsClient) {
  const ours = new OperationsClient({ transport: gaxTransport(client) });
  expectTypeOf(await ours.getOperation({ name: 'operations/1' })).toEqualTypeOf<Operation<Any, Any>>();
  for await (const operation of ours.listOperations({ name: 'operations' })) {
    expectTypeOf(operation).toEqualTypeOf<Operation<Any, Any>>();
  }
  for await (const page of ours.listOperations({ name: 'operations' }).pages()) {
    expectTypeOf(page).toEqualTypeOf<OperationPage<Any, Any>>();
  }
  expectTypeOf(ours.cancelOperation({ name: 'operations/1' })).toEqualTypeOf<Promise<void>>();
  expectTypeOf(ours.deleteOperation({ name: 'operations/1' })).toEqualTypeOf<Promise<void>>();
}

// Every state is typed, also before the end: google-gax types `promise()` and leaves the rest untyped.
export async function states() {
  const [operation] = await agents.exportAgent({});
  const poller = pollerFrom(operation);
  expectTypeOf(await poller.poll()).toEqualTypeOf<Operation<Response, Metadata>>();
  const state = poller.operation;
  expectTypeOf(state?.metadata).toEqualTypeOf<Metadata | undefined>();
  if (state?.result === 'response') expectTypeOf(state.response).toEqualTypeOf<Response>();
  if (state?.result === 'error') expectTypeOf(state.error).toEqualTypeOf<Status>();
  await poller.promise({ onProgress: ({ metadata }) => expectTypeOf(metadata).toEqualTypeOf<Metadata | undefined>() });
}

// What is no operation is refused: all that the method returned, a name, a raw operation.
export async function refused() {
  const returned = await agents.exportAgent({});
  // @ts-expect-error it is the first of them
  pollerFrom(returned);
  // @ts-expect-error a name has no types and no client
  pollerFrom('operations/1');
  // @ts-expect-error nor has this
  pollerFrom({ name: 'operations/1', done: false });
  // @ts-expect-error the client itself has the service's methods
  gaxTransport(agents);
}
