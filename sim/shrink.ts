import type { Script } from './script.js';

/** Whether a script still fails in the same way. */
export type StillFails = (script: Script) => Promise<boolean>;

/** How many scripts are tried at most. */
const maxTries = 3000;

/**
 * Makes a failing script as small as possible: without the parts that do not matter, and with plain numbers. Each step
 * keeps what still fails, until no step does.
 */
export async function shrink(script: Script, stillFails: StillFails): Promise<Script> {
  let best = script;
  let tries = 0;
  for (let hasShrunk = true; hasShrunk;) {
    hasShrunk = false;
    for (const step of steps) {
      for (const candidate of step(best)) {
        if (++tries > maxTries) return best;
        if (!(await stillFails(candidate))) continue;
        best = candidate;
        hasShrunk = true;
        break;
      }
      if (hasShrunk) break;
    }
  }
  return best;
}

type Step = (script: Script) => Iterable<Script>;

const lists = ['acts', 'outages', 'batches', 'groups', 'faults', 'waits', 'operations'] as const;

/** From the largest steps to the smallest. */
const steps: readonly Step[] = [withoutParts, withoutOptions, withSmallerNumbers];

/** Scripts without half of a list, a quarter of it, and so on. */
function* withoutParts(script: Script): Iterable<Script> {
  for (const list of lists) {
    const { length } = script[list];
    for (let size = length; size >= 1; size = size > 1 ? Math.ceil(size / 2) : 0) {
      for (let from = 0; from < length; from += size) {
        const kept = (script[list] as unknown[]).filter((_, index) => index < from || index >= from + size);
        yield consistent({ ...script, [list]: kept });
      }
    }
  }
}

/** Scripts without what refers to operations that are not there. */
function consistent(script: Script): Script {
  const ids = new Set(script.operations.map(({ id }) => id));
  const exists = (one: object): boolean =>
    !('operation' in one) || one.operation === -1 || ids.has(one.operation as number);
  const only = <T extends { operations: number[] }>(one: T): T => ({
    ...one,
    operations: one.operations.filter((id) => ids.has(id)),
  });
  return {
    ...script,
    faults: script.faults.filter(exists),
    waits: script.waits.filter(exists),
    acts: script.acts.filter(exists),
    groups: script.groups.map(only),
    batches: script.batches.map(only).filter(({ operations }) => operations.length > 0),
  };
}

/** What may be left out of each part, since it is optional. */
const required = new Set([
  'seed',
  'id',
  'operation',
  'operations',
  'poller',
  'atMs',
  'as',
  'kind',
  'durationMs',
  'result',
  'latenciesMs',
  'method',
  'nth',
  'code',
  'index',
  'byMs',
  'at',
  'act',
  'fromMs',
  'toMs',
  'ms',
  'downMs',
  'retryAfterMs',
]);

/** Scripts without one optional property. */
function* withoutOptions(script: Script): Iterable<Script> {
  for (const [part, replace] of partsOf(script)) {
    for (const key of Object.keys(part)) {
      if (required.has(key) && !(key === 'retryAfterMs' && (part as { kind?: string }).kind === 'status')) continue;
      const { [key]: _, ...rest } = part;
      yield replace(rest);
    }
  }
  if (script.service.latenciesMs.length > 1) {
    for (const latencyMs of script.service.latenciesMs)
      yield { ...script, service: { ...script.service, latenciesMs: [latencyMs] } };
  }
}

/** Scripts with one number that is smaller or rounder. */
function* withSmallerNumbers(script: Script): Iterable<Script> {
  for (const [part, replace] of partsOf(script)) {
    for (const [key, value] of Object.entries(part)) {
      if (typeof value !== 'number' || !key.endsWith('Ms') || value <= 0 || !Number.isFinite(value)) continue;
      const round = 10 ** Math.floor(Math.log10(value));
      for (const smaller of [0, 1, 100, 1000, round, Math.floor(value / 2), Math.floor(value / 1000) * 1000]) {
        if (smaller < value) yield replace({ ...part, [key]: smaller });
      }
    }
  }
}

type Part = Record<string, unknown>;

/** The parts of a script, each with a function that replaces it. */
function partsOf(script: Script): [part: Part, replace: (part: Part) => Script][] {
  const single = (['client', 'service'] as const).map((key): [Part, (part: Part) => Script] => [
    { ...script[key] },
    (part) => ({ ...script, [key]: part }),
  ]);
  const listed = lists.flatMap((list) =>
    script[list].map((one, at): [Part, (part: Part) => Script] => [
      { ...one },
      (part) => ({
        ...script,
        [list]: (script[list] as unknown[]).map((other, index) => (index === at ? part : other)),
      }),
    ]),
  );
  return [...single, ...listed];
}
