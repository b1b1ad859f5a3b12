import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { Redis } from 'ioredis';

/** Whether there is a `redis-server` on the PATH. */
export const hasRedis = spawnSync('redis-server', ['--version']).status === 0;

/** A Redis server, on a free port of 127.0.0.1. */
export interface RedisServer {
  readonly port: number;
  readonly connection: { readonly host: string; readonly port: number };
  /** A client of it. */
  readonly client: Redis;
  /** Ends the server at once, and starts it again with the data that it has written. */
  restart(downMs?: number): Promise<void>;
  kill(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a `redis-server` in a folder of its own. With `aof` it writes each command before it responds. */
export async function startRedis({ aof = false } = {}): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), 'longrunning-redis-'));
  const port = await freePort();
  let child = await launch(port, folder, aof);
  const client = new Redis({ host: '127.0.0.1', port, maxRetriesPerRequest: null });
  client.on('error', () => undefined);
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  };
  return {
    port,
    connection: { host: '127.0.0.1', port },
    client,
    kill,
    async restart(downMs = 0) {
      await kill();
      await new Promise((resolve) => setTimeout(resolve, downMs));
      child = await launch(port, folder, aof);
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

async function launch(port: number, folder: string, aof: boolean): Promise<ChildProcess> {
  const persistence = aof ? ['--appendonly', 'yes', '--appendfsync', 'always'] : ['--appendonly', 'no'];
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', ...persistence];
  const child = spawn('redis-server', options, { stdio: ['ignore', 'pipe', 'inherit'] });
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
