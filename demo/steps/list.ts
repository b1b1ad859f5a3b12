import assert from 'node:assert/strict';
import { codeName, OperationsClient, type Operation } from 'longrunning';
import { restTransport } from 'longrunning/rest';
import { location, type DemoContext } from '../setup.js';
import { code, heading, result, table } from '../terminal.js';

/** Lists the operations of the location, page by page, over HTTP. */
export async function list({ emulator, httpPort, signal }: DemoContext): Promise<void> {
  heading('6  List the operations over HTTP');
  code('for await (const operation of client.listOperations({ name, pageSize: 2 })) …');

  const transport = restTransport({ apiEndpoint: `http://127.0.0.1:${httpPort}`, apiVersion: 'v3' });
  await using client = new OperationsClient({ transport });
  const rows = [['operation', 'outcome']];
  for await (const operation of client.listOperations({ name: location, pageSize: 2 }, { signal })) {
    rows.push([operation.name.replace(/.*\//, ''), outcomeOf(operation)]);
  }
  table(rows);
  const pages = emulator.calls.filter(({ method }) => method === 'listOperations').length;
  assert.equal(rows.length - 1, 5);
  assert.equal(pages, 3);
  result(`${rows.length - 1} operations on ${pages} pages, each requested when it was needed`);
}

function outcomeOf(operation: Operation<unknown, unknown>): string {
  if (!operation.done) return 'still running';
  return operation.result === 'response' ? 'response' : codeName(operation.error.code);
}
