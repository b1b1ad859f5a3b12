import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { name, type Failure } from './world.js';

const program = fileURLToPath(new URL('../../fixtures/failures/without-google-gax.js', import.meta.url));

/** Waits in a process of its own, on the build in dist/. */
async function withoutGoogleGax(wire: string): Promise<unknown> {
  const { stdout } = await promisify(execFile)(process.execPath, [program, wire, name]);
  const { message, ...fields } = JSON.parse(stdout) as { name: string; message: string; code?: string };
  return Object.assign(new Error(message), fields);
}

/** google-gax is not installed. */
export const googleGaxFailures: readonly Failure[] = ['REST', 'gRPC'].map((wire) => ({
  title: 'google-gax is not installed',
  action: 'install it, or use `restTransport()` with `auth` of your own',
  wire: wire === 'REST' ? "REST, with `auth: 'adc'`" : wire,
  produce: () => withoutGoogleGax(wire),
}));
