import { describe, expect, it, jest } from '@jest/globals';
import { OperationsClient } from '../../src/client.js';
import { UnpackError } from '../../src/decode-errors.js';
import { Code } from '../../src/status.js';
import type { ListOperationsRequest, ListOperationsResponse } from '../../src/transport.js';
import { info } from '../support/create-poller.js';
import { type RecordedRequest, recordingTransport, clientOver, page } from '../support/recording-transport.js';
import { at, failure, json, name, succeeded } from '../support/scripted.js';
import { useVirtualTime } from '../support/virtual-time.js';

useVirtualTime();

describe('listOperations()', () => {
  const pages: Record<string, ListOperationsResponse> = {
    '': page([at(1), at(2)], 'b', ['locations/x']),
    b: page([], 'c'),
    c: page([at(3)], 'd', ['locations/y', 'locations/x']),
    d: page([], 'e', ['locations/z']),
    e: page([succeeded]),
  };
  const paged = () =>
    recordingTransport({ listOperations: ({ pageToken = '' }: ListOperationsRequest) => pages[pageToken] });
  const tokens = (sent: RecordedRequest[]): unknown[] =>
    sent.map(({ request }) => (request as ListOperationsRequest).pageToken);

  it('yields the operations of all pages, up to an empty page token', async () => {
    const { transport, sent } = paged();
    const list = new OperationsClient({ transport }).listOperations({ name: 'projects/p' }, { type: info });
    const percents: unknown[] = [];
    for await (const operation of list) percents.push(operation.metadata?.percent ?? operation.result);
    expect(percents).toEqual([1, 2, 3, 'response']);
    expect(tokens(sent)).toEqual([undefined, 'b', 'c', 'd', 'e']);
  });

  it('requests a page only when it is consumed', async () => {
    const { transport, sent } = paged();
    const list = new OperationsClient({ transport }).listOperations({ name: 'projects/p' });
    const iterator = list[Symbol.asyncIterator]();
    expect(sent).toHaveLength(0);
    await iterator.next();
    await iterator.next();
    expect(sent).toHaveLength(1);
    await iterator.next();
    expect(tokens(sent)).toEqual([undefined, 'b', 'c']);
    await iterator.return?.();
    expect((await iterator.next()).done).toBe(true);
    expect(sent).toHaveLength(3);
  });

  it('requests no more pages after a break', async () => {
    const { transport, sent } = paged();
    for await (const operation of new OperationsClient({ transport }).listOperations({ name: 'projects/p' })) {
      expect(operation.done).toBe(false);
      break;
    }
    expect(sent).toHaveLength(1);
  });

  it('yields the pages unchanged, empty ones included', async () => {
    const { transport } = paged();
    const seen: unknown[] = [];
    const list = new OperationsClient({ transport }).listOperations({ name: 'projects/p' });
    for await (const { operations, nextPageToken, unreachable } of list.pages()) {
      seen.push([operations.length, nextPageToken, unreachable]);
    }
    expect(seen).toEqual([
      [2, 'b', ['locations/x']],
      [0, 'c', []],
      [1, 'd', ['locations/y', 'locations/x']],
      [0, 'e', ['locations/z']],
      [1, '', []],
    ]);
  });

  it('collects unreachable locations, each once, as the pages are read', async () => {
    const { transport } = paged();
    const list = new OperationsClient({ transport }).listOperations({ name: 'projects/p' });
    const seen: unknown[] = [list.unreachable];
    for await (const operation of list) if (operation.metadata) seen.push(list.unreachable);
    expect(seen).toEqual([[], ['locations/x'], ['locations/x'], ['locations/x', 'locations/y']]);
    expect(list.unreachable).toEqual(['locations/x', 'locations/y', 'locations/z']);
  });

  it('starts again with each iteration', async () => {
    const { transport, sent } = paged();
    const list = new OperationsClient({ transport }).listOperations({ name: 'projects/p' });
    for (let i = 0; i < 2; i++) for await (const operation of list) expect(operation.name).toBe(name);
    expect(tokens(sent)).toEqual([undefined, 'b', 'c', 'd', 'e', undefined, 'b', 'c', 'd', 'e']);
  });

  it('starts at the given page', async () => {
    const { transport, sent } = paged();
    const list = new OperationsClient({ transport }).listOperations({ name: 'projects/p', pageToken: 'd' });
    for (let i = 0; i < 2; i++) for await (const operation of list) expect(operation.done).toBe(true);
    expect(tokens(sent)).toEqual(['d', 'e', 'd', 'e']);
  });

  it('sends the same request and options with every page', async () => {
    const { transport, sent } = paged();
    const request = { name: 'projects/p', filter: 'done = true', pageSize: 7, returnPartialSuccess: true };
    const options = { headers: { 'x-a': '1' }, timeoutMs: 1234 };
    const list = new OperationsClient({ transport }).listOperations(request, options);
    for await (const operation of list) expect(operation.name).toBe(name);
    expect(sent).toHaveLength(5);
    for (const [i, { request: asked, options: passed }] of sent.entries()) {
      expect(asked).toEqual({ ...request, ...(i > 0 && { pageToken: 'abcde'[i] }) });
      expect(passed).toEqual({ ...options, signal: expect.any(AbortSignal) });
    }
  });

  it('retries a failed page only', async () => {
    const answers = [pages['']!, failure(Code.UNAVAILABLE), pages.e!];
    const { transport, sent } = recordingTransport({
      listOperations: () => {
        const answer = answers.shift()!;
        return answer instanceof Error ? Promise.reject(answer) : answer;
      },
    });
    const seen: unknown[] = [];
    const all = (async () => {
      const list = new OperationsClient({ transport }).listOperations({ name: 'projects/p' });
      for await (const operation of list) seen.push(operation.done);
    })();
    await jest.advanceTimersByTimeAsync(1000);
    await all;
    expect(seen).toEqual([false, false, true]);
    expect(tokens(sent)).toEqual([undefined, 'b', 'b']);
  });

  it('throws the error of a request in the iteration', async () => {
    const { transport } = recordingTransport({ listOperations: () => Promise.reject(failure(Code.UNIMPLEMENTED)) });
    const list = new OperationsClient({ transport }).listOperations({ name: 'projects/p' });
    await expect(list.pages().next()).rejects.toMatchObject({ rpcCode: Code.UNIMPLEMENTED });
  });

  it('throws the abort reason between pages', async () => {
    const { transport, sent } = paged();
    const controller = new AbortController();
    const client = new OperationsClient({ transport });
    const iterator = client.listOperations({ name: 'projects/p' }, { signal: controller.signal }).pages();
    await iterator.next();
    controller.abort('enough');
    await expect(iterator.next()).rejects.toBe('enough');
    expect(sent).toHaveLength(1);
  });

  it('throws an UnpackError for an operation of another type', async () => {
    const { transport } = recordingTransport({
      listOperations: () => page([at(1), { ...succeeded, response: { ...json({}), typeUrl: 'x/test.Other' } }]),
    });
    const list = new OperationsClient({ transport }).listOperations({ name: 'projects/p' }, { type: info });
    await expect(list.pages().next()).rejects.toBeInstanceOf(UnpackError);
  });

  it('throws at once for a name that is not a string', () =>
    expect(() => clientOver(recordingTransport()).listOperations({ name: undefined as never })).toThrow(
      new TypeError("Cannot list as 'name' must be a string: current value is undefined"),
    ));

  it('sends an empty name, for services that list by filter only', async () => {
    const { transport, sent } = recordingTransport({ listOperations: () => page([at(1)]) });
    const list = new OperationsClient({ transport }).listOperations({ name: '', filter: 'project:p,latest:true' });
    for await (const { name } of list) expect(name).toBe(at(1).name);
    expect(sent).toMatchObject([{ request: { name: '', filter: 'project:p,latest:true' } }]);
  });
});
