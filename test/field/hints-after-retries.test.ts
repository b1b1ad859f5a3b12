import { describe, expect, it } from '@jest/globals';
import { Code, OperationsClient, type RequestError } from '../../src/index.js';
import { toRequestError } from '../../src/rpc/to-request-error.js';
import { failure, name, ScriptedTransport } from '../support/scripted.js';
import { rejection, useWorld, wires } from '../support/wires.js';

const finalCodes = [
  [Code.NOT_FOUND, 'check the endpoint and the region'],
  [Code.PERMISSION_DENIED, "no credentials were sent: pass 'auth'|check the project and the roles"],
] as const;

describe.each(wires.filter(({ via }) => via !== 'transport'))('Over $name', (wire) => {
  const world = useWorld(wire);

  it.each(finalCodes)('an error of code %d after a retry still says what to do', async (code, hint) => {
    const { emulator, client } = world();
    const { name: started } = emulator.start({ durationMs: Infinity });
    const method = 'getOperation';
    emulator.injectFault({ method, times: 1, status: { code: Code.UNAVAILABLE, message: 'down' } });
    emulator.injectFault({ method, times: Infinity, status: { code, message: 'refused' } });
    const error = (await rejection(client.getOperation({ name: started }))) as RequestError;
    expect(error).toMatchObject({ rpcCode: code, attempts: 2, status: { message: 'refused' } });
    expect(error.message).toMatch(new RegExp(`: refused; (?:${hint}).* \\(after 2 attempts\\)$`));
    expect(Object.keys(error)).not.toContain('hint');
  });
});

describe("A server's retry delay", () => {
  it.each([1, 2])('is on the error of a wait that has at most %d attempts', async (maxAttempts) => {
    const transport = new ScriptedTransport([
      failure(Code.UNAVAILABLE),
      failure(Code.UNAVAILABLE, { retryAfterMs: 60_000 }),
    ]);
    if (maxAttempts === 1) transport.responses.shift();
    const retry = { maxAttempts: maxAttempts, initialDelayMs: 0 };
    const poller = new OperationsClient({ transport, retry }).poller(name);
    await expect(rejection(poller.promise())).resolves.toMatchObject({
      retryAfterMs: 60_000,
      attempts: retry.maxAttempts,
    });
  });

  it('is read from the error of a transport in plain JavaScript', () => {
    const thrown = Object.assign(new Error('later'), { code: 'UNAVAILABLE', retryAfterMs: 5000 });
    expect(toRequestError(thrown, { method: 'GetOperation', name })).toMatchObject({ retryAfterMs: 5000 });
    expect(
      toRequestError(Object.assign(new Error('later'), { code: 'UNAVAILABLE', retryAfterMs: '5' }), {
        method: 'GetOperation',
        name,
      }),
    ).toMatchObject({
      retryAfterMs: undefined,
    });
  });
});
