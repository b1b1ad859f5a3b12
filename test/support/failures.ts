import type { Code, OperationsClient, RequestError } from '../../src/index.js';

const name = 'operations/1';

/** What each RPC of a client whose requests fail is rejected with. */
export async function failuresOf(client: OperationsClient): Promise<(Code | string)[]> {
  const calls: readonly (() => Promise<unknown>)[] = [
    () => client.getOperation({ name }),
    () => client.listOperations({ name: 'operations' })[Symbol.asyncIterator]().next(),
    () => client.cancelOperation({ name }),
    () => client.deleteOperation({ name }),
    () => client.poller(name, undefined, { serverWait: 'never' }).promise(),
  ];
  const codes: (Code | string)[] = [];
  for (const call of calls) {
    const settled = call().then(
      () => 'resolved',
      (error: unknown) => (error as RequestError).rpcCode,
    );
    codes.push(await settled);
  }
  return codes;
}
