import { inspect } from 'node:util';
import type { Script } from './script.js';

/** A script as a person reads it: what exists, then what happens, a line each. It is valid code, for a test. */
export function printScript(script: Script): string {
  const { seed, client, service, ...lists } = script;
  const lines = [`  seed: ${seed},`, `  client: ${print(client)},`, `  service: ${print(service)},`];
  for (const [name, items] of Object.entries(lists)) {
    if (items.length === 0) lines.push(`  ${name}: [],`);
    else lines.push(`  ${name}: [`, ...items.map((item) => `    ${print(item)},`), '  ],');
  }
  return `{\n${lines.join('\n')}\n}`;
}

function print(value: unknown): string {
  return inspect(value, { breakLength: Infinity, depth: Infinity, compact: true, maxArrayLength: null });
}
