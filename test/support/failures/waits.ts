import { encodeOperation } from '../../../src/wire/messages.js';
import { operationToJson } from '../../../src/wire/json.js';
import { failureOf, name, pollerOf, type Failure, type FailureWorld } from './world.js';

type Wire = 'REST' | 'gRPC';
const running = { name, done: false };
const wires: readonly Wire[] = ['REST', 'gRPC'];

/** A client of a server whose operation runs for ever. */
async function runningFor(world: FailureWorld, wire: Wire) {
  if (wire === 'gRPC') {
    const port = await world.grpc({ GetOperation: () => encodeOperation(running) });
    return world.grpcAt(`127.0.0.1:${port}`);
  }
  return world.rest(await world.http((_, response) => response.end(JSON.stringify(operationToJson(running)))));
}

async function nothingFor(world: FailureWorld, wire: Wire) {
  const port = await world.closedPort();
  return wire === 'gRPC' ? world.grpcAt(`127.0.0.1:${port}`) : world.rest(port);
}

/** Waits until the first response, then does something. */
async function afterFirstPoll(world: FailureWorld, wire: Wire, act: (controller: AbortController) => void) {
  const client = await runningFor(world, wire);
  const controller = new AbortController();
  const onProgress = (): void => act(controller);
  return failureOf(pollerOf(client).promise({ signal: controller.signal, onProgress }));
}

/** The wait ends, and the operation goes on. */
export const waitFailures: readonly Failure[] = wires.flatMap((wire): Failure[] => [
  {
    title: 'the time is used up: the operation runs',
    action: 'resume with `error.token`',
    wire,
    produce: async (world) => failureOf(pollerOf(await runningFor(world, wire)).promise({ totalTimeoutMs: 200 })),
  },
  {
    title: 'the time is used up: no response has come',
    action: 'look at `error.cause`, resume with `error.token`',
    wire,
    produce: async (world) => {
      const poller = pollerOf(await nothingFor(world, wire), undefined, { retry: { maxAttempts: Infinity } });
      return failureOf(poller.promise({ totalTimeoutMs: 200 }));
    },
  },
  {
    title: 'the wait was aborted, with a reason: the reason itself',
    action: 'nothing: you did it',
    wire,
    produce: (world) =>
      afterFirstPoll(world, wire, (controller) => controller.abort(new Error('the user closed the window'))),
  },
  {
    title: 'the wait was aborted, without a reason',
    action: 'nothing: you did it',
    wire,
    produce: (world) => afterFirstPoll(world, wire, (controller) => controller.abort()),
  },
  {
    title: 'the client is closed during the wait',
    action: 'resume with another client',
    wire,
    produce: async (world) => {
      const client = await runningFor(world, wire);
      return failureOf(pollerOf(client).promise({ onProgress: () => void client.close() }));
    },
  },
  {
    title: 'the client was closed before',
    action: 'make another client',
    wire,
    produce: async (world) => {
      const client = await runningFor(world, wire);
      await client.close();
      return failureOf(client.getOperation({ name }));
    },
  },
]);
