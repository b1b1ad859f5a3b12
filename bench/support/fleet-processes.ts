import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const compiled = new Map<string, string>();
process.on('exit', () => {
  for (const file of compiled.values()) rmSync(file, { force: true });
});

/** Starts a program of this folder as JavaScript: the hooks that strip types would take 40 MB and a second of each process. */
export async function startProgram(name: string, args: readonly (string | number)[]): Promise<ChildProcess> {
  let file = compiled.get(name);
  if (!file) {
    const source = fileURLToPath(new URL(`${name}.ts`, import.meta.url));
    // Below the folder of the packages, so that it finds them.
    file = fileURLToPath(new URL(`../../node_modules/.cache/longrunning/${name}-${process.pid}.mjs`, import.meta.url));
    compiled.set(name, file);
    const form = { format: 'esm', platform: 'node', target: 'node20', packages: 'external' } as const;
    await build({ entryPoints: [source], outfile: file, bundle: true, ...form });
  }
  return fork(file, args.map(String), { execArgv: [] });
}

/** The next message of a process. */
export async function messageOf(child: ChildProcess): Promise<Record<string, number>> {
  return (await once(child, 'message'))[0] as Record<string, number>;
}
