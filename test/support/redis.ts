import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';

/** Whether there is a `redis-server` on the PATH. */
export const hasRedis = spawnSync('redis-server', ['--version']).status === 0;

/** Whether it can be started with TLS. */
export const hasRedisTls = hasRedis && spawnSync('openssl', ['version']).status === 0;

/** A Redis server, on a free port of 127.0.0.1. */
export interface RedisServer {
  readonly port: number;
  readonly connection: { readonly host: string; readonly port: number; readonly tls?: { readonly ca: string } };
  /** A client of it. */
  readonly client: Redis;
  /** Ends the server at once, and starts it again with the data that it has written. */
  restart(downMs?: number): Promise<void>;
  kill(): Promise<void>;
  close(): Promise<void>;
}

/** What kind of Redis to start. */
export interface RedisServerOptions {
  /** Whether it writes each command before it responds. */
  readonly aof?: boolean;
  /** Whether it takes connections over TLS only, with a certificate of its own. */
  readonly tls?: boolean;
  /** Whether it is a Redis Cluster, of one node with all slots. */
  readonly cluster?: boolean;
}

/** Starts a `redis-server` in a folder of its own. */
export async function startRedis({ aof, tls, cluster }: RedisServerOptions = {}): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), 'longrunning-redis-'));
  const port = await freePort();
  const args = ['--bind', '127.0.0.1', '--dir', folder, '--save', ''];
  args.push(...(aof ? ['--appendonly', 'yes', '--appendfsync', 'always'] : ['--appendonly', 'no']));
  args.push(...(tls ? ['--port', '0', '--tls-port', String(port), ...certificate(folder)] : ['--port', String(port)]));
  if (cluster) args.push('--cluster-enabled', 'yes', '--cluster-announce-ip', '127.0.0.1');
  if (cluster) args.push('--cluster-port', String(await freePort()));
  let child = await launch(args);
  const connection = {
    host: '127.0.0.1',
    port,
    ...(tls && { tls: { ca: readFileSync(join(folder, 'cert.pem'), 'utf8') } }),
  };
  const client = new Redis({ ...connection, maxRetriesPerRequest: null });
  client.on('error', () => undefined);
  if (cluster) {
    await client.call('CLUSTER', 'ADDSLOTSRANGE', 0, 16_383);
    while (!String(await client.call('CLUSTER', 'INFO')).includes('cluster_state:ok')) await sleep(20);
  }
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  };
  return {
    port,
    connection,
    client,
    kill,
    async restart(downMs = 0) {
      await kill();
      await sleep(downMs);
      child = await launch(args);
    },
    async close() {
      client.disconnect();
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Makes a certificate that signs itself. @returns the options of a server with it. */
function certificate(folder: string): string[] {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const options = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', key, '-out', cert];
  const { status, stderr } = spawnSync('openssl', [...options, ...subject]);
  if (status !== 0) throw new Error(`openssl failed:\n${String(stderr)}`);
  return ['--tls-cert-file', cert, '--tls-key-file', key, '--tls-ca-cert-file', cert, '--tls-auth-clients', 'no'];
}

async function launch(args: readonly string[]): Promise<ChildProcess> {
  const child = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes('Ready to accept connections')) resolve();
    });
    child.once('exit', () => reject(new Error(`redis-server ended:\n${output}`)));
  });
  return child;
}
