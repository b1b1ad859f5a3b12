import { startBatch } from './callers/batch.js';
import { act } from './callers/act.js';
import { startGroup } from './callers/group.js';
import { startWait } from './callers/wait.js';
import type { History } from './history.js';
import { Random } from './random.js';
import type { Script } from './script.js';
import { World } from './world/world.js';

/** Plays a script in virtual time. The same script gives the same history, byte for byte. */
export async function play(script: Script): Promise<History> {
  const world = new World(script);
  const restore = [world.clock.install(), replaceChance(script.seed), collectStrays(world.history.strays)];
  try {
    world.startProcess();
    plan(world, 0);
    await world.run();
  } finally {
    for (const undo of restore.reverse()) undo();
  }
  return world.history;
}

/** Plans all that happens from a time on, up to the next death of the process, which plans what comes after it. */
function plan(world: World, fromMs: number): void {
  const { script, history } = world;
  const crash = script.acts.find((one) => one.kind === 'crash' && one.atMs >= fromMs);
  const untilMs = crash?.atMs ?? Infinity;
  const isNow = ({ atMs }: { atMs: number }): boolean => atMs >= fromMs && atMs <= untilMs;
  for (const one of script.waits.filter(isNow)) world.at(one.atMs, () => startWait(world, one));
  for (const one of script.groups.filter(isNow)) world.at(one.atMs, () => startGroup(world, one));
  for (const one of script.batches.filter(isNow)) world.at(one.atMs, () => startBatch(world, one));
  for (const one of script.acts.filter((it) => isNow(it) && it !== crash)) world.at(one.atMs, () => act(world, one));
  if (crash?.kind !== 'crash') return;
  world.at(crash.atMs, () => {
    const died = history.processes.at(-1)!.id;
    act(world, crash);
    const resumedMs = world.clock.nowMs + crash.downMs;
    world.at(resumedMs, () => {
      world.startProcess();
      resume(world, died);
      plan(world, Math.max(resumedMs, crash.atMs + 1));
    });
  });
}

/** Resumes what had not ended when a process died: waits from their tokens, batches from their checkpoints. */
function resume(world: World, died: number): void {
  const { waits, batches } = world.history;
  const pending = <T extends { process: number; settlements: unknown[] }>(all: T[]): T[] =>
    all.filter(({ process, settlements }) => process === died && settlements.length === 0);
  for (const { script } of pending(waits)) startWait(world, script);
  for (const { id } of pending(batches))
    startBatch(
      world,
      world.script.batches.find((one) => one.id === id)!,
    );
}

/** Makes `Math.random` and `crypto.randomUUID` depend on the seed. @returns a function that restores them. */
function replaceChance(seed: number): () => void {
  const { random: realRandom } = Math;
  const realUuid = crypto.randomUUID.bind(crypto);
  const random = new Random(seed);
  let ids = 0;
  Math.random = () => random.next();
  crypto.randomUUID = () => `00000000-0000-4000-8000-${String(++ids).padStart(12, '0')}`;
  return () => {
    Math.random = realRandom;
    crypto.randomUUID = realUuid;
  };
}

/** Collects errors that no caller received. @returns a function that stops it. */
function collectStrays(strays: unknown[]): () => void {
  const collect = (error: unknown): void => void strays.push(error);
  process.on('unhandledRejection', collect).on('uncaughtException', collect);
  return () => void process.off('unhandledRejection', collect).off('uncaughtException', collect);
}
