import { spawnSync } from 'node:child_process';
import { cpSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const quiet = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];

/** One thing that is tried. It throws if it fails. */
export interface Setup {
  readonly name: string;
  /** Tries it in an empty folder beside an installation of the package. */
  try(project: Project): void;
}

/** A temporary folder with tools of test/setups and, in a folder below, the packed package without google-gax. */
export class Workspace {
  readonly #folder = mkdtempSync(join(tmpdir(), 'longrunning-setups-'));
  readonly #tarball: string;
  #projects = 0;

  /**
   * @param set - a folder of test/setups with a package.json and a lock file, or that folder itself
   * @param scripts - the packages whose install scripts run; those of others do not
   */
  constructor(set = '.', scripts: readonly string[] = []) {
    const packed = run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', this.#folder], root);
    this.#tarball = join(this.#folder, (JSON.parse(packed) as [{ filename: string }])[0].filename);
    for (const file of ['package.json', 'package-lock.json']) {
      cpSync(join(root, 'test', 'setups', set, file), join(this.#folder, file));
    }
    run('npm', ['ci', ...quiet], this.#folder);
    if (scripts.length > 0) run('npm', ['rebuild', ...scripts], this.#folder);
    const { packages, megabytes } = this.#install('lean', '--omit=optional');
    const size = `${packages} packages, ${megabytes.toFixed(1)} MB`;
    console.log(`setups: installed without optional dependencies: ${size}`);
    if (packages > 3 || megabytes >= 2) throw new Error(`An installation is ${size}, and may be 3 packages and 2 MB`);
  }

  /** Installs the package in a folder of its own. Returns how many packages that are, and their size. */
  #install(name: string, ...options: string[]): { packages: number; megabytes: number } {
    const folder = join(this.#folder, name);
    mkdirSync(folder);
    writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
    run('npm', ['install', ...quiet, ...options, this.#tarball], folder);
    const packages = run('npm', ['ls', '--all', '--parseable'], folder).trim().split('\n').length - 1; // without the project
    const files = readdirSync(join(folder, 'node_modules'), { recursive: true, encoding: 'utf8' });
    const sizes = files.map((file) => lstatSync(join(folder, 'node_modules', file))).filter((file) => file.isFile());
    return { packages, megabytes: sizes.reduce((sum, { size }) => sum + size, 0) / 1e6 };
  }

  /** A new project with the package, without google-gax. */
  project(): Project {
    return new Project(join(this.#folder, 'lean', `project-${++this.#projects}`), join(this.#folder, 'node_modules'));
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }
}

/** A folder in which the package and the tools can be imported. */
export class Project {
  readonly folder: string;
  readonly #tools: string;

  constructor(folder: string, tools: string) {
    this.folder = folder;
    this.#tools = tools;
    this.write('package.json', '{ "private": true }\n');
  }

  write(file: string, text: string): void {
    mkdirSync(dirname(join(this.folder, file)), { recursive: true });
    writeFileSync(join(this.folder, file), text);
  }

  /** Copies files of test/setups. */
  copy(...files: string[]): void {
    for (const file of files) this.copyAs(`test/setups/${file}`, basename(file));
  }

  /** Copies a file of this project, such as `docs/examples/first.ts`. */
  copyAs(file: string, as: string): void {
    mkdirSync(dirname(join(this.folder, as)), { recursive: true });
    cpSync(join(root, file), join(this.folder, as));
  }

  /** Runs a command line. The tools are commands. Returns what it printed. */
  run(commandLine: string): string {
    return run('sh', ['-c', commandLine], this.folder, join(this.#tools, '.bin'));
  }

  /** The path of a file of one of the tools. */
  tool(path: string): string {
    return join(this.#tools, path);
  }
}

function run(command: string, args: string[], cwd: string, path = ''): string {
  const env = { ...process.env, PATH: [path, process.env.PATH].join(delimiter), CI: 'true', NO_COLOR: '1' };
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, env, encoding: 'utf8', timeout: 300_000 });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${stdout}${stderr}`);
  return command === 'npm' ? stdout : stdout + stderr;
}
