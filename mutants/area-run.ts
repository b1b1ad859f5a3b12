import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Area } from './areas.js';
import { bundleTest, type Instrumented } from './bundle.js';
import { hashText, type Outcome, type OutcomeCache } from './cache.js';
import type { Mutant } from './instrument.js';
import { Ranking, type Attempt, type GreenFile } from './reach.js';
import type { TestProcess } from './test-process.js';
import type { JobResult } from './worker.js';

export interface AreaRunOptions {
  readonly root: string;
  /** Where bundles are written. */
  readonly folder: string;
  readonly instrumented: Instrumented;
  readonly processes: readonly TestProcess[];
  readonly cache: OutcomeCache;
  /** Slower tests are left out. */
  readonly maxTestMs: number;
}

/** How long a file of tests may take without a mutant. */
const maxGreenMs = 300_000;

/** Tries the mutants of an area that the cache knows nothing of. */
export class AreaRun {
  readonly #area: Area;
  readonly #options: AreaRunOptions;
  readonly #files: GreenFile[] = [];
  readonly #ranking = new Ranking();

  constructor(area: Area, options: AreaRunOptions) {
    this.#area = area;
    this.#options = options;
  }

  async run(mutants: readonly Mutant[]): Promise<void> {
    const { tests, name } = this.#area;
    const { cache } = this.#options;
    const open = mutants.filter((mutant) => {
      const { killedBy, passed } = cache.get(mutant);
      return killedBy === undefined && tests.some((test) => !passed.includes(test));
    });
    if (open.length === 0) return;
    const needed = tests.filter((test) => open.some((mutant) => !cache.get(mutant).passed.includes(test)));
    await this.#inProcesses(needed, async (test, runner) => void this.#files.push(await this.#runGreen(test, runner)));
    let left = open.length;
    await this.#inProcesses(open, async (mutant, runner) => {
      cache.set(mutant, await this.#try(mutant, runner));
      if (--left % 50 === 0) console.log(`${name}: ${left} mutants left`);
    });
  }

  /** Runs a file of tests without a mutant, and records which mutants each test comes by. */
  async #runGreen(test: string, runner: TestProcess): Promise<GreenFile> {
    const { root, folder, instrumented } = this.#options;
    const code = await bundleTest(root, test, instrumented);
    const stem = join(folder, `${test.replaceAll('/', '-')}-${hashText(code)}`);
    const [bundle, saved] = [`${stem}.cjs`, `${stem}.json`];
    if (existsSync(saved)) return { test, bundle, result: JSON.parse(readFileSync(saved, 'utf8')) as JobResult };
    mkdirSync(folder, { recursive: true });
    writeFileSync(bundle, code);
    const result = await runner.run({ bundle }, maxGreenMs);
    if (!result) throw new Error(`${test} does not end without a mutant`);
    for (const { name, error } of result.results)
      if (error !== undefined) console.log(`left out, since it fails without a mutant: ${test} › ${name}: ${error}`);
    writeFileSync(saved, JSON.stringify(result));
    return { test, bundle, result };
  }

  /** Runs the tests that may notice a mutant, until one does. */
  async #try(mutant: Mutant, runner: TestProcess): Promise<Outcome> {
    const { cache, maxTestMs } = this.#options;
    const { passed } = cache.get(mutant);
    const last = cache.lastKiller(mutant);
    const files = this.#files.filter(({ test }) => !passed.includes(test));
    const attempts = this.#ranking.attemptsFor(mutant, files, maxTestMs);
    attempts.sort((a, b) => Number(b.test === last) - Number(a.test === last));
    const ran = [...passed];
    for (const attempt of attempts) {
      const isKilled = await notices(attempt, mutant, runner);
      this.#ranking.record(attempt.test, isKilled);
      if (isKilled) return { killedBy: attempt.test, passed: ran };
      if (attempt.isWhole) ran.push(attempt.test);
    }
    const passedInPart = attempts.filter(({ isWhole }) => !isWhole).map(({ test }) => test);
    return {
      killedBy: undefined,
      passed: this.#area.tests.filter((test) => !passedInPart.includes(test)),
      passedInPart,
    };
  }

  async #inProcesses<T>(items: readonly T[], task: (item: T, runner: TestProcess) => Promise<void>): Promise<void> {
    const queue = items.values();
    await Promise.all(
      this.#options.processes.map(async (runner) => {
        for (const item of queue) await task(item, runner);
      }),
    );
  }
}

async function notices({ bundle, tests }: Attempt, { id }: Mutant, runner: TestProcess): Promise<boolean> {
  const limitMs = tests.reduce((sum, test) => sum + test.limitMs, 5000);
  const result = await runner.run({ bundle, mutant: id, tests }, Math.min(limitMs, maxGreenMs));
  return !result || result.results.some(({ error }) => error !== undefined);
}
