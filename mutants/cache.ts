import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Mutant } from './instrument.js';

/** What became of a mutant. */
export interface Outcome {
  /** The file of tests that noticed it. Undefined: no test did. */
  readonly killedBy: string | undefined;
  /** The files that did not, and those of them whose slowest tests were left out. */
  readonly passed: readonly string[];
  readonly passedInPart?: readonly string[];
}

interface Entry {
  readonly source: string;
  readonly killedBy?: string;
  /** The hashes of the tests that ran, and how slow a test could be to run: `c0ffee@100`. */
  readonly tests: Readonly<Record<string, string>>;
}

/** The outcomes of earlier runs. */
export class OutcomeCache {
  readonly #root: string;
  readonly #maxTestMs: number;
  readonly #path: string;
  readonly #entries: Record<string, Entry>;
  readonly #hashes = new Map<string, string>();
  #unsaved = 0;

  /** @param maxTestMs - slower tests are left out. */
  constructor(root: string, path: string, maxTestMs: number) {
    this.#maxTestMs = maxTestMs;
    this.#root = root;
    this.#path = path;
    this.#entries = read(path);
  }

  /** What is known of a mutant, as long as its source and the tests that ran are the same. */
  get({ file, key }: Mutant): Outcome {
    const entry = this.#entries[`${file}: ${key}`];
    if (entry?.source !== this.#hashOf(file)) return { killedBy: undefined, passed: [] };
    const same = Object.keys(entry.tests).filter((test) => {
      const [hash, upToMs = Infinity] = entry.tests[test]!.split('@');
      return hash === this.#hashOf(test) && Number(upToMs) >= this.#maxTestMs;
    });
    const killedBy = entry.killedBy !== undefined && same.includes(entry.killedBy) ? entry.killedBy : undefined;
    return { killedBy, passed: same.filter((test) => test !== entry.killedBy) };
  }

  /** What noticed the mutant last, though tests or source have changed since. */
  lastKiller({ file, key }: Mutant): string | undefined {
    return this.#entries[`${file}: ${key}`]?.killedBy;
  }

  set({ file, key }: Mutant, { killedBy, passed, passedInPart = [] }: Outcome): void {
    const tests: Record<string, string> = {};
    for (const test of killedBy === undefined ? passed : [...passed, killedBy]) tests[test] = this.#hashOf(test);
    for (const test of passedInPart) tests[test] = `${this.#hashOf(test)}@${this.#maxTestMs}`;
    this.#entries[`${file}: ${key}`] = {
      source: this.#hashOf(file),
      ...(killedBy !== undefined && { killedBy }),
      tests,
    };
    // A run may be stopped at any time.
    if (++this.#unsaved >= 50) this.save();
  }

  save(): void {
    this.#unsaved = 0;
    mkdirSync(dirname(this.#path), { recursive: true });
    writeFileSync(this.#path, JSON.stringify(this.#entries));
  }

  #hashOf(file: string): string {
    const path = join(this.#root, file);
    const hash = this.#hashes.get(file) ?? (existsSync(path) ? hashText(readFileSync(path, 'utf8')) : 'gone');
    this.#hashes.set(file, hash);
    return hash;
  }
}

export function hashText(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function read(path: string): Record<string, Entry> {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Record<string, Entry>;
  } catch {
    return {};
  }
}
