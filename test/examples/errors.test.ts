import { describe, expect, it, jest } from '@jest/globals';
import { Code, jsonType, operationInfo, RequestError, type LROPoller } from 'longrunning';
import type { OperationsEmulator } from 'longrunning/testing';
import { packStruct } from 'longrunning/testing';
import * as errors from '../../docs/examples/errors.js';
import { agentUri, response, run, emulate, printed } from './support.js';

describe('errors.ts', () => {
  const info = operationInfo({ response: jsonType<{ agentUri?: string }>(response.typeUrl.split('/')[1]) });
  const details = [
    {
      '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
      reason: 'NO_SPACE',
      domain: 'd',
      metadata: { a: 'b' },
    },
    {
      '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
      violations: [{ subject: 's', description: 'too much' }],
    },
    { typeUrl: 'type.googleapis.com/own.Detail', value: new Uint8Array(0) },
  ] as const;
  const failed = { code: Code.FAILED_PRECONDITION, message: 'no', details };

  async function ends(script: Parameters<typeof emulate>[0], prepare?: (emulator: OperationsEmulator) => void) {
    const { emulator, name, client } = emulate(script);
    prepare?.(emulator);
    const seen: unknown[] = [];
    const note = (kind: string) => (value: unknown) => {
      seen.push(kind, value);
    };
    const callbacks = { use: note('use'), failed: note('failed'), later: note('later') };
    const poller: LROPoller<{ agentUri?: string }> = client.poller(name, info);
    const { signal } = new AbortController();
    await run(errors.byCode(poller, signal, callbacks), 3_700_000);
    return { seen, poller };
  }

  it('distinguishes the four outcomes', async () => {
    expect((await ends({ durationMs: 1000, response })).seen).toEqual(['use', expect.objectContaining({ agentUri })]);
    expect((await ends({ durationMs: 1000, error: failed })).seen).toEqual(['failed', expect.objectContaining(failed)]);
    const endless = await ends({ durationMs: Infinity });
    expect(endless.seen).toEqual(['later', endless.poller.toJSON()]);
    const unavailable = await ends({ durationMs: 1000, response }, (emulator) => {
      for (const method of ['getOperation', 'waitOperation']) {
        emulator.injectFault({ method, times: Infinity, status: { code: Code.PERMISSION_DENIED } });
      }
    });
    expect(unavailable.seen).toEqual(['later', unavailable.poller.toJSON()]);
    expect(printed).toEqual([['GetOperation', Code.PERMISSION_DENIED, 1]]);
  });

  it('reports a cancellation and a response of another type', async () => {
    await ends({ durationMs: 1000, error: { code: Code.CANCELLED } });
    await ends({ durationMs: 1000, response: packStruct({ a: 1 }) });
    expect(printed).toEqual([
      ['cancelled'],
      ['google.protobuf.Struct', expect.objectContaining({ json: expect.anything() })],
    ]);
  });

  it('returns the outcome as a value', async () => {
    const { name, client } = emulate({ durationMs: 1000, error: failed });
    const callbacks = { use: jest.fn(), failed: jest.fn(), later: jest.fn() };
    await run(errors.asValue(client.poller(name, info), callbacks));
    expect(callbacks.failed).toHaveBeenCalledWith(expect.objectContaining({ message: 'no' }));
  });

  it('explains the details', () => {
    errors.explain(failed);
    expect(printed).toEqual([['NO_SPACE', 'd', { a: 'b' }], ['s', 'too much'], ['type.googleapis.com/own.Detail']]);
  });

  it('finds details by their names', () => {
    const badRequest = { '@type': 'type.googleapis.com/google.rpc.BadRequest' } as const;
    const fieldViolations = [{ field: 'f', description: 'wrong' }];
    const quota = { ...details[1], violations: [{ ...details[1].violations[0], quotaId: 'CPUS' }] };
    const requestInfo = {
      '@type': 'type.googleapis.com/google.rpc.RequestInfo',
      requestId: 'r',
      servingData: '',
    } as const;
    const status = { ...failed, details: [details[0], { ...badRequest, fieldViolations }, quota, requestInfo] };
    errors.advise(new RequestError({ method: 'GetOperation', operationName: 'o', status, origin: 'service' }));
    expect(printed).toEqual([['NO_SPACE', 'd'], ['f', 'wrong'], ['CPUS'], ['r']]);
  });

  it('rejects with the reason of an abort itself', async () => {
    const { name, client } = emulate({ durationMs: 1000, response });
    await run(errors.abort(client.poller(name, info)));
    expect(printed).toEqual([[true]]);
  });

  it('reports the outcome of a cancelled operation', async () => {
    for (const [script, line] of [
      [{}, ['cancelled']],
      [{ cancel: 'ignored' }, ['too late: it succeeded']],
      [{ cancel: 'ignored', response: undefined, error: failed }, ['it failed by itself', 'no']],
    ] as const) {
      const { name, client } = emulate({ durationMs: 30_000, response, ...script });
      printed.length = 0;
      await run(errors.cancel(client.poller(name, info)));
      expect(printed).toEqual([line]);
    }
  });
});
