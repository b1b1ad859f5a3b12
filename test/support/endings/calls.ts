import { describe, expect, it } from '@jest/globals';
import { Code, type Operation } from '../../../src/index.js';
import { until } from '../grpc-server.js';
import { exportAgent, exported, later, rejection, stage, type World } from '../wires.js';

/** The five RPCs, one by one. */
export function calls(world: () => World): void {
  describe('getOperation()', () => {
    it('sends its own headers and, over a wire, the routing header', async () => {
      const { emulator, client, start, wire } = world();
      const { name } = start({ durationMs: 0, response: exported });
      const operation = await client.getOperation({ name }, { type: exportAgent, headers: { 'X-Tenant': 'ours' } });
      expect(operation).toMatchObject({ name, done: true, result: 'response' });
      const { headers, via } = emulator.calls[0]!;
      expect(via).toBe(wire.via);
      expect(headers['x-tenant']).toBe('ours');
      const routing = wire.via === 'transport' ? undefined : `name=${encodeURIComponent(name)}`;
      expect(headers['x-goog-request-params']).toBe(routing);
    });

    it('sends the headers of a poller, too, overridden by those of a call', async () => {
      const { emulator, client, start } = world();
      const { name } = start({ durationMs: 0, response: exported });
      const poller = client.poller(name, exportAgent, { headers: { 'x-tenant': 'ours', 'x-trace': 'a' } });
      await poller.cancel({ headers: { 'x-trace': 'b' } });
      await poller.promise();
      expect(emulator.calls.map(({ headers }) => [headers['x-tenant'], headers['x-trace']])).toEqual([
        ['ours', 'b'],
        ['ours', 'a'],
      ]);
    });

    it('finds an operation that is not visible at first, with notFoundGraceMs', async () => {
      const { emulator, client } = world();
      const { name } = emulator.start({ durationMs: 0, visibleAfterMs: 40, response: exported });
      const poller = client.poller(name, exportAgent, { notFoundGraceMs: 5000 });
      expect((await poller.promise()).agentUri).toBe('gs://bucket/agent');
      expect(await rejection(client.getOperation({ name: `${name}0` }))).toMatchObject({ rpcCode: Code.NOT_FOUND });
    });
  });

  describe('listOperations()', () => {
    const startFive = ({ emulator }: World): string[] =>
      [1, 2, 3, 4, 5].map((i) => {
        const name = `projects/p/operations/${i}`;
        emulator.start({ name, durationMs: i % 2 ? 0 : Infinity, response: exported, metadata: stage(String(i)) });
        return name;
      });

    it('yields all operations, typed, across short and empty pages, with the unreachable locations of each', async () => {
      const names = startFive(world());
      const { emulator, client } = world();
      emulator.injectFault({ method: 'listOperations', after: 1, emptyPage: true });
      const request = { name: 'projects/p', pageSize: 2, returnPartialSuccess: true };
      const list = client.listOperations(request, { type: exportAgent });
      const operations: Operation<unknown, unknown>[] = [];
      const sizes: number[] = [];
      for await (const page of list.pages()) {
        sizes.push(page.operations.length);
        operations.push(...page.operations);
        expect(page.unreachable).toEqual(['projects/p/locations/mars']);
      }
      expect(sizes).toEqual([2, 0, 2, 1]);
      expect(operations.map(({ name }) => name)).toEqual(names);
      expect(operations.map(({ metadata }) => metadata)).toMatchObject(
        [1, 2, 3, 4, 5].map((i) => ({ version: String(i) })),
      );
      expect(operations).toMatchObject(
        [1, 2, 3, 4, 5].map((i) =>
          i % 2 ? { result: 'response', response: { agentUri: 'gs://bucket/agent' } } : { done: false },
        ),
      );
    });

    it('requests a page when it is needed, each with the filter', async () => {
      startFive(world());
      const { emulator, client } = world();
      const found: string[] = [];
      for await (const { name } of client.listOperations({ name: 'projects/p', pageSize: 1, filter: 'done=true' })) {
        found.push(name);
        if (found.length === 2) break;
      }
      expect(found).toEqual(['projects/p/operations/1', 'projects/p/operations/3']);
      expect(emulator.calls).toHaveLength(2);
    });

    it("rejects with the service's own error", async () => {
      const pages = world().client.listOperations({ name: 'projects/p', pageToken: 'made up' }).pages();
      expect(await rejection(pages[Symbol.asyncIterator]().next())).toMatchObject({
        code: 'LRO_REQUEST_FAILED',
        method: 'ListOperations',
        rpcCode: Code.INVALID_ARGUMENT,
        status: { message: 'page_token is not one of this list' },
      });
    });
  });

  describe('deleteOperation()', () => {
    it('deletes the operation at the service', async () => {
      const poller = world().start({ durationMs: 0 });
      await poller.delete();
      expect(await rejection(poller.poll())).toMatchObject({ rpcCode: Code.NOT_FOUND });
      expect(await rejection(poller.delete())).toMatchObject({ method: 'DeleteOperation', rpcCode: Code.NOT_FOUND });
    });
  });

  describe('waitOperation()', () => {
    it('waits at the server until the operation completes or the time passes', async () => {
      const { emulator, client, start } = world();
      const { name } = start({ durationMs: Infinity });
      expect(await client.waitOperation({ name, timeoutMs: 20 })).toMatchObject({ done: false });
      const waiting = later(client.waitOperation({ name }, { type: exportAgent }));
      await until(() => emulator.calls.length === 2);
      emulator.complete(name, { response: exported });
      expect(await waiting).toMatchObject({
        result: 'response',
        response: { agentUri: 'gs://bucket/agent' },
      });
      expect(world().methods).toEqual(['waitOperation', 'waitOperation']);
      expect(await rejection(client.waitOperation({ name: 'operations/unknown' }))).toMatchObject({
        method: 'WaitOperation',
        rpcCode: Code.NOT_FOUND,
      });
    });

    it('is the only request of a poller that may use it', async () => {
      const { emulator, client } = world();
      const { name } = emulator.start({ durationMs: Infinity });
      const waiting = later(client.poller(name, exportAgent, { serverWait: 'auto' }).promise());
      await until(() => emulator.calls.length === 1);
      emulator.complete(name, { response: exported });
      expect((await waiting).agentUri).toBe('gs://bucket/agent');
      expect(world().methods).toEqual(['waitOperation']);
    });

    it('is replaced by polling if the service has none', async () => {
      const { emulator, client } = world();
      emulator.injectFault({ method: 'waitOperation', times: Infinity, status: { code: Code.UNIMPLEMENTED } });
      const { name } = emulator.start({ durationMs: 30, response: exported });
      await client.poller(name, exportAgent, { serverWait: 'auto' }).promise();
      await client.poller(name, exportAgent, { serverWait: 'auto' }).promise();
      expect(world().methods.filter((method) => method === 'waitOperation')).toHaveLength(1);
    });
  });

  describe('close()', () => {
    it('rejects running and later calls with CANCELLED', async () => {
      const { emulator, client, start } = world();
      emulator.injectFault({ method: 'listOperations', hang: true });
      const waiting = later(rejection(start({ durationMs: Infinity }).promise()));
      await client.close();
      expect(await waiting).toMatchObject({ code: 'LRO_REQUEST_FAILED', rpcCode: Code.CANCELLED, origin: 'transport' });
      expect(
        await rejection(client.getOperation({ name: 'operations/1' }, { retry: { maxAttempts: 1 } })),
      ).toMatchObject({
        code: 'LRO_REQUEST_FAILED',
        origin: 'transport',
      });
    });
  });
}
