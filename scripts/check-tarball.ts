// Checks that the tarball is reproducible: a second build, of a copy in another folder and time zone, has the same bytes.
// So the published tarball can be compared with the sources.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const temporary = mkdtempSync(join(tmpdir(), 'longrunning-tarball-'));
const copy = join(temporary, 'copy');
try {
  copySources();
  run('npm', ['run', '--silent', 'build'], copy);
  const [first, second] = [pack(root, 'first'), pack(copy, 'second')];
  if (first !== second) {
    throw new Error(`Two builds differ: ${first}, ${second}\nFiles that differ:\n${differences().join('\n')}`);
  }
  console.log(`tarball: two builds have the same bytes, ${first}`);
} finally {
  rmSync(temporary, { recursive: true, force: true });
}

function copySources(): void {
  const files = run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], root).split('\0');
  for (const file of files) {
    // The build and the tarball have none of these.
    if (file === '' || /^(test|docs|bench|demo|sim|\.github)\//.test(file)) continue;
    cpSync(join(root, file), join(copy, file));
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'dir');
}

/** Packs a folder. Returns the hash of the tarball. */
function pack(folder: string, name: string): string {
  const destination = join(temporary, name);
  mkdirSync(destination);
  run('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', destination], folder);
  const [tarball] = readdirSync(destination);
  return `sha512-${createHash('sha512')
    .update(readFileSync(join(destination, tarball!)))
    .digest('base64')}`;
}

/** The files of dist/ that differ, or that only one build has. */
function differences(): string[] {
  const contents = [root, copy].map(
    (folder) =>
      new Map(
        readdirSync(join(folder, 'dist'), { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath, entry.name))
          .map((file) => [file.slice(folder.length), readFileSync(file, 'latin1')]),
      ),
  );
  const [first, second] = contents as [Map<string, string>, Map<string, string>];
  return [...new Set([...first.keys(), ...second.keys()])].filter((file) => first.get(file) !== second.get(file));
}

function run(command: string, args: string[], cwd: string): string {
  const env = { ...process.env, TZ: 'Pacific/Kiritimati', LC_ALL: 'C' };
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, env, encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${stdout}${stderr}`);
  return stdout;
}
