import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Mutant } from './operators.js';

export type Outcome = 'killed' | 'survived';

/** The outcomes of earlier runs. One is valid as long as the source and its tests are the same. */
export class OutcomeCache {
  readonly #path: string;
  readonly #outcomes: Record<string, Outcome>;

  constructor(path: string) {
    this.#path = path;
    this.#outcomes = read(path);
  }

  get(key: string): Outcome | undefined {
    return this.#outcomes[key];
  }

  /** Saved at once: a run may be stopped at any time. */
  set(key: string, outcome: Outcome): void {
    this.#outcomes[key] = outcome;
    mkdirSync(dirname(this.#path), { recursive: true });
    writeFileSync(this.#path, JSON.stringify(this.#outcomes));
  }
}

/** Identifies a mutant in a source with tests of this text. */
export function keyOf(source: string, { start, end, replacement }: Mutant, testsHash: string): string {
  return hash(`${source}\0${start}\0${end}\0${replacement}\0${testsHash}`);
}

/** The hash of all that is in some files and folders. */
export function hashOf(root: string, paths: readonly string[]): string {
  return hash(paths.map((path) => textOf(join(root, path))).join('\0'));
}

function textOf(path: string): string {
  if (!statSync(path).isDirectory()) return readFileSync(path, 'utf8');
  const names = readdirSync(path).sort();
  return names.map((name) => `${name}\0${textOf(join(path, name))}`).join('\0');
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function read(path: string): Record<string, Outcome> {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Record<string, Outcome>;
  } catch {
    return {};
  }
}
