import { spawn, spawnSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { delimiter, dirname, join } from 'node:path';

/**
 * The folder with the two binaries of the Cloud Spanner emulator: what `SPANNER_EMULATOR_BIN` names, or the one in the
 * Google Cloud SDK that `gcloud` on the PATH is of; undefined where this machine has none.
 *
 * @throws Error if the variable names a folder without them.
 */
export function findSpannerEmulator(): string | undefined {
  const given = process.env.SPANNER_EMULATOR_BIN;
  if (given !== undefined && given !== '') {
    if (hasEmulator(given)) return given;
    throw new Error(`SPANNER_EMULATOR_BIN must be a folder with gateway_main and emulator_main: it is '${given}'`);
  }
  const folders = (process.env.PATH ?? '').split(delimiter);
  const gcloud = folders.map((folder) => join(folder, 'gcloud')).find((file) => existsSync(file));
  if (gcloud === undefined) return undefined;
  const beside = inSdk(dirname(dirname(realpathSync(gcloud))));
  if (hasEmulator(beside)) return beside;
  // Some are scripts that start one elsewhere. It takes seconds to say where.
  const args = ['info', '--format=value(installation.sdk_root)'];
  const { stdout } = spawnSync(gcloud, args, { encoding: 'utf8', timeout: 20_000 });
  const named = inSdk(stdout.trim());
  return hasEmulator(named) ? named : undefined;
}

/** The emulator at work. */
export interface SpannerEmulator {
  readonly grpcPort: number;
  readonly httpPort: number;
  stop(): Promise<void>;
}

/** Starts the emulator on free ports of 127.0.0.1, and waits until it answers. */
export async function startSpannerEmulator(folder: string): Promise<SpannerEmulator> {
  const [grpcPort, httpPort] = await freePorts();
  const ports = ['--grpc_port', String(grpcPort), '--http_port', String(httpPort)];
  const args = ['--hostname', '127.0.0.1', ...ports, '--grpc_binary', join(folder, 'emulator_main')];
  // A group of their own, for the gateway that is ended alone leaves its emulator behind.
  const gateway = spawn(join(folder, 'gateway_main'), args, { detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  gateway.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const exited = new Promise<void>((resolve) => gateway.once('close', () => resolve()).once('error', () => resolve()));
  const stop = async (): Promise<void> => {
    if (gateway.pid !== undefined) process.kill(-gateway.pid, 'SIGKILL');
    await exited;
  };
  const url = `http://127.0.0.1:${httpPort}/v1/projects/p/instances`;
  for (const endMs = Date.now() + 20_000; ;) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return { grpcPort, httpPort, stop };
    if (gateway.exitCode !== null || Date.now() > endMs) {
      if (gateway.exitCode === null) await stop();
      throw new Error(`The Cloud Spanner emulator does not answer: ${errors}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function inSdk(root: string): string {
  return join(root, 'bin', 'cloud_spanner_emulator');
}

function hasEmulator(folder: string): boolean {
  return ['gateway_main', 'emulator_main'].every((binary) => existsSync(join(folder, binary)));
}

async function freePorts(): Promise<[number, number]> {
  const servers = [createServer(), createServer()] as const;
  for (const server of servers) await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const [grpcPort, httpPort] = servers.map((server) => (server.address() as AddressInfo).port) as [number, number];
  for (const server of servers) await new Promise((resolve) => server.close(resolve));
  return [grpcPort, httpPort];
}
