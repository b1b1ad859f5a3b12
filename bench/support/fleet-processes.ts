import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const files: string[] = [];
const compiled = new Map<string, Promise<string>>();
process.on('exit', () => {
  for (const file of files) rmSync(file, { force: true });
});

/** Starts a program of this folder as JavaScript: the hooks that strip types would take 40 MB and a second of each process. */
export async function startProgram(
  name: string,
  args: readonly (string | number)[],
  execArgv: readonly string[] = [],
): Promise<ChildProcess> {
  let compiling = compiled.get(name);
  if (!compiling) compiled.set(name, (compiling = compile(name)));
  return fork(await compiling, args.map(String), { execArgv: [...execArgv] });
}

async function compile(name: string): Promise<string> {
  const source = fileURLToPath(new URL(`${name}.ts`, import.meta.url));
  // Below the folder of the packages, so that it finds them.
  const file = fileURLToPath(
    new URL(`../../node_modules/.cache/longrunning/${name}-${process.pid}.mjs`, import.meta.url),
  );
  files.push(file);
  const form = { format: 'esm', platform: 'node', target: 'node20', packages: 'external' } as const;
  await build({ entryPoints: [source], outfile: file, bundle: true, ...form });
  return file;
}

/** The next message of a process. */
export async function messageOf(child: ChildProcess): Promise<Record<string, number>> {
  return (await once(child, 'message'))[0] as Record<string, number>;
}
