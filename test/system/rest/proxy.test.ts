// REST behind a proxy that HTTPS_PROXY names: requests go through a CONNECT tunnel to a server with TLS.
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { useCleanups } from '../../support/cleanups.js';
import { openConnectProxy, type ConnectProxy } from '../../support/connect-proxy.js';
import { installedSet } from '../../support/installed.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const certificate = (name: string): string => join(root, 'test', 'fixtures', 'tls', `${name}.pem`);
const undici = installedSet('undici');

/** Prints the operation, or the error with its causes, of one request. */
const requestOnce = (transport: string): string => `
import { OperationsClient } from 'longrunning';
import { inspect } from 'node:util';
${transport}
const client = new OperationsClient({ transport: transport({ apiEndpoint: process.env.ENDPOINT }) });
await client.getOperation({ name: 'operations/1' }, { retry: { maxAttempts: 1 } }).then(
  ({ name, done }) => console.log(JSON.stringify({ name, done })),
  (error) => console.log(inspect(error, { depth: 10, showHidden: true }) + error.stack + JSON.stringify(error)),
);
await client.close();
`;
const byUndici = requestOnce(`import { proxiedTransport as transport } from './proxy.mjs';`);
const byNode = requestOnce(`import { restTransport as transport } from 'longrunning/rest';`);

const closing = useCleanups();

/** A service with TLS that has one operation. Returns its endpoint. */
async function openService(): Promise<string> {
  const [key, cert] = [readFileSync(certificate('key')), readFileSync(certificate('cert'))];
  const server = createServer({ key, cert }, (request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ name: request.url!.slice('/v1/'.length), done: false }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `localhost:${(server.address() as AddressInfo).port}`;
}

async function openProxy(status?: number): Promise<ConnectProxy> {
  const proxy = await openConnectProxy(status);
  closing.push(() => proxy.close());
  return proxy;
}

/** Runs a program beside the example, the package and undici. Returns what it printed. */
async function run(program: string, env: Record<string, string>): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'longrunning-proxy-'));
  closing.push(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(root, join(folder, 'node_modules', 'longrunning'), 'dir');
  if (program === byUndici) {
    symlinkSync(dirname(undici.resolve('undici')), join(folder, 'node_modules', 'undici'), 'dir');
    cpSync(join(root, 'docs', 'examples', 'proxy.mjs'), join(folder, 'proxy.mjs'));
  }
  writeFileSync(join(folder, 'program.mjs'), program);
  const inherited = Object.entries(process.env).filter(([name]) => !/proxy/i.test(name));
  const { stdout } = await promisify(execFile)(process.execPath, [join(folder, 'program.mjs')], {
    env: { ...Object.fromEntries(inherited), NODE_EXTRA_CA_CERTS: certificate('cert'), ...env },
    timeout: 15_000,
  });
  return stdout.trim();
}

undici.describe('restTransport() with the fetch of undici and EnvHttpProxyAgent', () => {
  it('sends requests through the proxy that HTTPS_PROXY names', async () => {
    const [endpoint, proxy] = [await openService(), await openProxy()];
    const printed = await run(byUndici, { ENDPOINT: endpoint, HTTPS_PROXY: proxy.origin });
    expect(JSON.parse(printed)).toEqual({ name: 'operations/1', done: false });
    expect(proxy.requests.map(({ url }) => url)).toEqual([endpoint]);
  });

  it('sends requests to hosts of NO_PROXY without the proxy', async () => {
    const [endpoint, proxy] = [await openService(), await openProxy()];
    const printed = await run(byUndici, { ENDPOINT: endpoint, HTTPS_PROXY: proxy.origin, NO_PROXY: 'localhost' });
    expect(JSON.parse(printed)).toEqual({ name: 'operations/1', done: false });
    expect(proxy.requests).toEqual([]);
  });

  it('rejects with the reason if the proxy refuses the tunnel, and shows no password of the proxy', async () => {
    const [endpoint, proxy] = [await openService(), await openProxy(407)];
    const withPassword = proxy.origin.replace('//', '//user:proxy-password@');
    const printed = await run(byUndici, { ENDPOINT: endpoint, HTTPS_PROXY: withPassword });
    expect(proxy.requests.length).toBeGreaterThan(0);
    expect(proxy.requests[0]!.headers['proxy-authorization']).toMatch(/^Basic /);
    expect(printed).toContain('LRO_REQUEST_FAILED');
    expect(printed).toMatch(/407/);
    expect(printed).not.toMatch(/proxy-password|dXNlcjpwcm94eS1wYXNzd29yZA/);
  });
});

const major = Number(process.versions.node.split('.')[0]);
const describeSupported = major >= 24 ? describe : describe.skip;
describeSupported(`NODE_USE_ENV_PROXY=1${major >= 24 ? '' : ' (skipped: Node.js 24 and later have it)'}`, () => {
  it('sends the requests of restTransport() through the proxy that HTTPS_PROXY names', async () => {
    const [endpoint, proxy] = [await openService(), await openProxy()];
    const env = { ENDPOINT: endpoint, HTTPS_PROXY: proxy.origin, NODE_USE_ENV_PROXY: '1' };
    expect(JSON.parse(await run(byNode, env))).toEqual({ name: 'operations/1', done: false });
    expect(proxy.requests.map(({ url }) => url)).toEqual([endpoint]);
  });
});
