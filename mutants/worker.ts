// A process that runs test files with one mutant on.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Script } from 'node:vm';
import { JestObject } from './jest-object.js';
import { runTests, type TestResult } from './run-tests.js';
import { TestFile } from './test-file.js';

/** What a process is given to do. */
export interface Job {
  /** The path of the bundle. */
  readonly bundle: string;
  /** Which mutant is on, if any. */
  readonly mutant?: number;
  /** Which tests run; all without it. */
  readonly tests?: readonly { readonly index: number; readonly limitMs: number }[];
}

export interface JobResult {
  readonly results: readonly TestResult[];
  /** The mutants that were reached while the file was loaded. */
  readonly reachedAtLoad: readonly number[];
  /** Whether something was left that may disturb the next job. */
  readonly dirty: boolean;
}

type Load = (
  require: (name: string) => unknown,
  module: object,
  exports: object,
  mutant: (id: number) => boolean,
) => void;

const [root, mutants] = process.argv.slice(2);
const reached = new Uint8Array(Number(mutants));
const requirePackage = createRequire(`${root!}/test/index.js`);
const scripts = new Map<string, Load>();
const maxTestMs = 60_000;

function loadScript(path: string): Load {
  const known = scripts.get(path);
  if (known) return known;
  const wrapped = `(function (require, module, exports, __mutant) {${readFileSync(path, 'utf8')}\n})`;
  const load = new Script(wrapped, { filename: path }).runInThisContext() as Load;
  scripts.set(path, load);
  return load;
}

function takeReached(): number[] {
  const ids: number[] = [];
  for (let id = reached.indexOf(1); id >= 0; id = reached.indexOf(1, id + 1)) ids.push(id);
  reached.fill(0);
  return ids;
}

async function run({ bundle, mutant, tests }: Job): Promise<JobResult> {
  const object = new JestObject();
  const file = new TestFile();
  const resources = process.getActiveResourcesInfo().length;
  const globals = { ...file.globals, jest: object.jest };
  const isOn = (id: number): boolean => {
    reached[id] = 1;
    return id === mutant;
  };
  reached.fill(0);
  try {
    const require = (name: string): unknown => (name === '@jest/globals' ? globals : requirePackage(name));
    loadScript(bundle)(require, { exports: {} }, {}, isOn);
  } catch (error) {
    const result = { index: -1, name: 'loads', tookMs: 0, error: String(error), reached: [] };
    return { results: [result], reachedAtLoad: [], dirty: false };
  }
  const reachedAtLoad = takeReached();
  const limits = new Map(tests?.map(({ index, limitMs }) => [index, limitMs]));
  const results = await runTests({
    tests: file.tests,
    indexes: tests ? [...limits.keys()] : [...file.tests.keys()],
    limitMs: (index) => limits.get(index) ?? maxTestMs,
    bail: mutant !== undefined,
    takeReached,
  });
  object.reset();
  return { results, reachedAtLoad, dirty: process.getActiveResourcesInfo().length > resources };
}

process.on('message', (job: Job) => {
  void run(job).then((result) => process.send!(result));
});
