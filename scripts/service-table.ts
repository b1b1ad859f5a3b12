// Writes src/rest/service-table.ts from scripts/data: the HTTP bindings of Google's services, those that have the same
// ones together. A test fails where the file is not what this would write.
//
//   npm run services
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

interface Binding {
  readonly verb: string;
  readonly path: string;
  readonly body?: string;
}
type Bindings = Partial<Record<(typeof methods)[number][0], readonly Binding[]>>;

// The word for each RPC in the table, and what the bindings of nearly all services do with it.
const methods = [
  ['GetOperation', 'get', 'GET', ''],
  ['ListOperations', 'list', 'GET', ''],
  ['CancelOperation', 'cancel', 'POST', ':cancel'],
  ['DeleteOperation', 'delete', 'DELETE', ''],
  ['WaitOperation', 'wait', 'POST', ':wait'],
] as const;

const data = new URL('data/lro-http-bindings.json', import.meta.url);
const target = new URL('../src/rest/service-table.ts', import.meta.url);

/** The text of src/rest/service-table.ts. */
export function serviceTable(): string {
  const yamls = JSON.parse(readFileSync(data, 'utf8')) as Record<string, Record<string, Bindings>>;
  const groups = new Map<string, Map<string, string[]>>(); // lines -> service -> versions
  for (const [host, versions] of Object.entries(yamls).sort()) {
    for (const [version, bindings] of versionsOf(host, versions)) {
      const lines = linesOf(bindings, version);
      const services = groups.get(lines) ?? new Map<string, string[]>();
      const service = host.replace(/\.googleapis\.com$/, '');
      services.set(service, [...(services.get(service) ?? []), version]);
      groups.set(lines, services);
    }
  }
  const text = [...groups].map(
    ([lines, services]) => `${wrap([...services].map((words) => words.flat().join(' ')))}\n${lines}`,
  );
  return `// Written by \`npm run services\` from scripts/data; not to be edited.

/**
 * The HTTP bindings of Google's services. In each paragraph: which services, \`.googleapis.com\` left out, in which
 * versions; then their bindings, in the order in which they are tried: the RPCs, and the path template without its
 * \`:cancel\` or \`:wait\`. \`$v\` stands for the version, \`*\` after an RPC for the body of that name, a verb in
 * parentheses for one that is not the usual GET, GET, POST, DELETE, POST.
 */
export const serviceTable = \`
${text.join('\n\n')}
\`.trim();
`;
}

/** The bindings of each version. A yaml without a version in its name has them in its paths. */
function versionsOf(host: string, yamls: Record<string, Bindings>): [version: string, Bindings][] {
  const versions = new Map<string, Bindings>();
  const add = (version: string, bindings: Bindings): void => {
    const known = versions.get(version);
    if (known && !covers(known, bindings)) throw new Error(`Two yamls of ${host} bind ${version}`);
    if (!known) versions.set(version, bindings);
  };
  const named = Object.entries(yamls).map(([yaml, bindings]) => ({ version: /_(v\d\w*)$/.exec(yaml)?.[1], bindings }));
  for (const { version, bindings } of named) if (version !== undefined) add(version, bindings);
  for (const { version, bindings } of named) {
    if (version !== undefined) continue;
    const prefixes = Object.values(bindings).flatMap((list) => list.map(({ path }) => path.split('/')[1]!));
    for (const prefix of new Set(prefixes)) add(prefix, only(bindings, `/${prefix}/`));
  }
  return [...versions].sort(([a], [b]) => (a < b ? -1 : 1));
}

function only(bindings: Bindings, prefix: string): Bindings {
  return Object.fromEntries(
    Object.entries(bindings).map(([method, list]) => [method, list.filter(({ path }) => path.startsWith(prefix))]),
  );
}

function covers(known: Bindings, more: Bindings): boolean {
  return methods.every(([method]) =>
    (more[method] ?? []).every(({ path, verb }) =>
      known[method]?.some((one) => one.path === path && one.verb === verb),
    ),
  );
}

/** Bindings as lines, those of the RPCs that have the same templates in the same order together. */
function linesOf(bindings: Bindings, version: string): string {
  const groups = new Map<string, string[][]>(); // templates -> words for each of them
  for (const [method, word, usual, suffix] of methods) {
    const list = bindings[method] ?? [];
    if (list.length === 0) continue;
    const templates = list.map(({ path }) => templateOf(path, suffix, version)).join('\n');
    const words = groups.get(templates) ?? list.map(() => []);
    list.forEach(({ verb, body = '' }, i) => {
      if (body !== '' && body !== '*') throw new Error(`The table has no sign for the body ${body}`);
      words[i]!.push(`${word}${verb === usual ? '' : `(${verb})`}${body}`);
    });
    groups.set(templates, words);
  }
  return [...groups]
    .flatMap(([templates, words]) => templates.split('\n').map((template, i) => `  ${words[i]!.join(' ')} ${template}`))
    .join('\n');
}

function templateOf(path: string, suffix: string, version: string): string {
  const [, template = '', end = ''] = /^([^:]*)(.*)$/.exec(path) ?? [];
  if (end !== suffix) throw new Error(`The table has no sign for the end of ${path}`);
  return template.startsWith(`/${version}/`) ? `/$v${template.slice(version.length + 1)}` : template;
}

function wrap(items: readonly string[]): string {
  const lines = [''];
  for (const [i, item] of items.entries()) {
    const text = i < items.length - 1 ? `${item},` : item;
    const line = lines.at(-1)!;
    if (line !== '' && line.length + text.length > 110) lines.push(text);
    else lines[lines.length - 1] = line === '' ? text : `${line} ${text}`;
  }
  return lines.join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(target, serviceTable());
