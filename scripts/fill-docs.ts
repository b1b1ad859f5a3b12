// Writes code from docs/examples, generated tables and the manual of the command line into README.md and the guides. A test fails if a document is not up
// to date.
//
//   npm run build && node --import ./scripts/ts.js scripts/fill-docs.ts
//
// A comment before a code block or a table names its content: <!-- example: typed-wait.ts#imports,wait -->
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { failureTable } from './failure-table.js';
import { manual } from './manual.js';
import { costTable, delayTable, detectionTable, limitTable, manyTable } from './polling-tables.js';

const root = new URL('../', import.meta.url);

/** The documents that can have examples. */
export const documents = [
  'README.md',
  ...readdirSync(new URL('docs/', root))
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
];

/** Reads a file of the project. */
export function read(path: string): string {
  return readFileSync(new URL(path, root), 'utf8');
}

const tables: Readonly<Record<string, () => string>> = {
  delays: delayTable,
  costs: costTable,
  detection: detectionTable,
  limit: limitTable,
  many: manyTable,
  failures: failureTable,
};

/** Returns a document with its code blocks, tables and manual replaced. */
export function fillSnippets(text: string): string {
  const block = /(<!-- example: ([\w-]+\.ts)#([\w,-]+) -->\n\n?```ts\n)[^]*?(```)/g;
  const page = /(<!-- manual -->\n\n```text\n)[^]*?(```)/g;
  const table = /(<!-- table: (\w+) -->\n\n)(?:\|.*\n)*/g;
  return text
    .replace(block, (_, head: string, file: string, regions: string, tail: string) => {
      const source = read(`docs/examples/${file}`);
      const parts = regions.split(',').map((name) => region(source, name));
      return `${head}${parts.join('\n')}${tail}`;
    })
    .replace(page, (_, head: string, tail: string) => `${head}${manual()}${tail}`)
    .replace(table, (_, head: string, name: string) => `${head}${tables[name]?.() ?? ''}`);
}

function region(source: string, name: string): string {
  const [, indent = '', code] =
    new RegExp(`^( *)// #region ${name}\n([^]*?)^ *// #endregion ${name}$`, 'm').exec(source) ?? [];
  if (code === undefined) throw new Error(`There is no region '${name}' in the example`);
  return code.replace(new RegExp(`^${indent}`, 'gm'), '');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const path of documents) writeFileSync(new URL(path, root), fillSnippets(read(path)));
}
