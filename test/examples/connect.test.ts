import { expect, it } from '@jest/globals';
import { OperationsEmulator, packStruct } from 'longrunning/testing';
import { wait } from '../../docs/examples/connect.js';
import { startConnectServer } from '../support/connect-server.js';

it('connect.ts waits over gRPC-web', async () => {
  await using emulator = new OperationsEmulator();
  await using server = await startConnectServer(emulator.transport(), false);
  const { name } = emulator.start({ durationMs: 20, response: packStruct({ pages: 3 }) });
  const response = await wait(server.baseUrl, name, new AbortController().signal);
  expect(response).toMatchObject({ typeUrl: 'type.googleapis.com/google.protobuf.Struct' });
});
