// Writes code from docs/examples, generated tables and the manual of the command line into README.md and the guides. A test fails if a document is not up
// to date.
//
//   npm run build && node --import ./scripts/ts.js scripts/fill-docs.ts
//
// A comment before a code block or a table names its content: <!-- example: typed-wait.ts#types,wait -->. A block is complete: it has the imports and the
// declarations that its regions use. Without regions it is the whole file.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { exampleCode } from './example-code.js';
import { failureTable } from './failure-table.js';
import { manual } from './manual.js';
import { costTable, delayTable, detectionTable, limitTable, manyTable } from './polling-tables.js';

const root = new URL('../', import.meta.url);

/** The documents that can have examples. */
export const documents = [
  'README.md',
  'skills/longrunning/SKILL.md',
  'docs/site/landing.md',
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
  const block = /(<!-- example: ([\w/-]+\.m?[jt]sx?)(?:#([\w,-]+))? -->\n\n?```[jt]sx?\n)[^]*?(```)/g;
  const page = /(<!-- manual -->\n\n```text\n)[^]*?(```)/g;
  const table = /(<!-- table: (\w+) -->\n\n)(?:\|.*\n)*/g;
  return text
    .replace(block, (_, head: string, file: string, regions: string | undefined, tail: string) => {
      return `${head}${exampleCode(file, regions?.split(',') ?? [])}${tail}`;
    })
    .replace(page, (_, head: string, tail: string) => `${head}${manual()}${tail}`)
    .replace(table, (_, head: string, name: string) => `${head}${tables[name]?.() ?? ''}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const path of documents) writeFileSync(new URL(path, root), fillSnippets(read(path)));
}
