import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Code } from '../../src/status.js';
import { OperationsEmulator } from '../../src/testing/index.js';

describe('listenHttp({ cors: true })', () => {
  let emulator: OperationsEmulator;
  beforeEach(() => {
    emulator = new OperationsEmulator();
  });
  afterEach(() => emulator.close());

  const preflight = {
    method: 'OPTIONS',
    headers: {
      origin: 'https://app.example',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,x-goog-request-params',
    },
  };
  const url = async (options?: { cors?: boolean }): Promise<string> =>
    `http://127.0.0.1:${await emulator.listenHttp(options)}/v1/operations/a`;

  it('responds to a preflight, which is not a call', async () => {
    emulator.injectFault({ method: 'getOperation', times: Infinity, status: { code: Code.INTERNAL } });
    const { status, headers } = await fetch(await url({ cors: true }), preflight);
    expect(status).toBe(204);
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.get('access-control-allow-methods')).toMatch(/GET, POST, DELETE/);
    expect(headers.get('access-control-allow-headers')).toBe('authorization,x-goog-request-params');
    expect(emulator.calls).toEqual([]);
  });

  it.each([
    ['a success', undefined],
    ['a failure', { status: { code: Code.UNAVAILABLE }, retryAfterMs: 1000 }],
    ['the page of a proxy', { http: { status: 502, headers: { 'content-type': 'text/html' } } }],
  ])('lets pages read %s', async (_, fault) => {
    emulator.start({ name: 'operations/a', durationMs: 0 });
    if (fault) emulator.injectFault({ method: 'getOperation', ...fault });
    const { headers } = await fetch(await url({ cors: true }));
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.get('access-control-expose-headers')).toContain('retry-after');
    expect(emulator.calls).toHaveLength(1);
  });

  it('applies to a server that is running, until it is turned off', async () => {
    const port = await emulator.listenHttp();
    expect((await fetch(await url())).headers.get('access-control-allow-origin')).toBeNull();
    expect(await emulator.listenHttp({ cors: true })).toBe(port);
    expect((await fetch(await url())).headers.get('access-control-allow-origin')).toBe('*');
    await emulator.listenHttp({ cors: false });
    expect((await fetch(await url())).headers.get('access-control-allow-origin')).toBeNull();
  });

  it('checks its options', async () => {
    await expect(emulator.listenHttp({ cors: 'yes' as never })).rejects.toThrow(
      "Cannot listen as 'cors' must be a boolean: current value is yes",
    );
    await expect(emulator.listenHttp({ CORS: true } as never)).rejects.toThrow("'CORS'");
  });
});
