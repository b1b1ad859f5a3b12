// google-gax 6, of test/installed: its google-auth-library warns of options that google-gax 5's takes silently.
import { writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import type * as Gax from 'google-gax';
import { findCredentials } from '../../../src/grpc/credentials.js';
import { installedSet } from '../../support/installed.js';

const installed = installedSet('google-gax');

/** The google-gax 6 of a client in test/installed. */
async function loadGax6(): Promise<typeof Gax> {
  const client = fileURLToPath(
    new URL('../../installed/google-gax/node_modules/translate-on-gax-6/package.json', import.meta.url),
  );
  return (await import(createRequire(client).resolve('google-gax'))) as typeof Gax;
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'longrunning-key-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

installed.describe('the credentials of a gRPC transport on google-gax 6', () => {
  const credentials = { type: 'authorized_user', client_id: 'i', client_secret: 's', refresh_token: 'r' };

  it.each(['credentials', 'keyFilename'] as const)('print no warning with %s', async (option) => {
    const keyFilename = join(folder, 'key.json');
    writeFileSync(keyFilename, JSON.stringify(credentials));
    const warn = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
    const emitWarning = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const value = { credentials, keyFilename }[option];

    const gax = await loadGax6();
    const { channel, calls } = await findCredentials(gax, { apiEndpoint: 'h.example.com', [option]: value });

    expect(channel).toBeInstanceOf(gax.grpc.ChannelCredentials);
    expect(calls).toBeDefined();
    expect([...warn.mock.calls, ...emitWarning.mock.calls]).toEqual([]);
  });
});
