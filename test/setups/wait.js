// For a page, a worker, an edge runtime or a server: every import that does not need Node.js, and a wait.
import { OperationsClient } from 'longrunning';
import { restTransport } from 'longrunning/rest';
import { customOperations } from 'longrunning/custom';
import { computeOperations } from 'longrunning/google';
import { waitAll } from 'longrunning/many';
import { durationHistory } from 'longrunning/history';
import { wellKnownTypes } from 'longrunning/decoders';
import { parseOperation } from 'longrunning/wire';
import { OperationsEmulator } from 'longrunning/testing';

export async function wait() {
  const emulator = new OperationsEmulator();
  const client = new OperationsClient({ transport: emulator.transport() });
  await waitAll([client.poller(emulator.start({ durationMs: 5 }))]);

  const withGoogle = new OperationsClient({ transport: restTransport({ apiEndpoint: 'h.test', auth: 'adc' }) });
  const problem = await withGoogle.getOperation({ name: 'operations/1' }).catch((error) => error.message);

  const all = [customOperations, computeOperations, durationHistory, parseOperation, wellKnownTypes];
  return all.includes(undefined) ? 'an import is undefined' : `waited; ${problem}`;
}
