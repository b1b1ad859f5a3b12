import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const markdownIn = (folder: string): string[] =>
  readdirSync(join(root, folder))
    .filter((file) => file.endsWith('.md'))
    .map((file) => `${folder}/${file}`);

const architecture = read('docs/architecture.md');
const decisions = markdownIn('docs/decisions');
const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => ({ file, text: read(`src/${file}`) }));

const moduleOf = (file: string): string => (file.includes('/') ? `${file.split('/')[0]!}/` : file);
const modules = [...new Set(sources.map(({ file }) => moduleOf(file)))].sort();

/** The code in backticks of a text. */
const codeIn = (text: string): string[] => [...text.matchAll(/`([^`\n]+)`/g)].map(([, code]) => code!);

/** The rows of the table of architecture.md with this first heading, as lists of cells. */
function tableRows(heading: string): string[][] {
  const [, body = ''] =
    new RegExp(`^\\| ${heading} +\\|.*\\n\\|[ -|]*\\n((?:\\|.*\\n)*)`, 'm').exec(architecture) ?? [];
  const rows = body.trimEnd().split('\n');
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** A module in a text. */
const moduleName = /[\w-]+(?:\/|\.ts)/g;

/** The texts of a drawing. */
function textsIn(figure: string): string[] {
  return [...read(`docs/figures/${figure}`).matchAll(/<text[^>]*>([^<]*)</g)].map(([, text]) => text!);
}

/** The relative imports of a file, types included, as paths in src/. */
function importsOf({ file, text }: { file: string; text: string }): string[] {
  return [...text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'(\.[^']+)\.js'/g)].map(([, specifier]) =>
    normalize(join(dirname(file), `${specifier!}.ts`)),
  );
}

describe('the architecture document', () => {
  it('has each module of src/ in its table, after the modules that it imports', () => {
    const rows = tableRows('module').map(([module]) => codeIn(module!)[0]!);
    expect([...rows].sort()).toEqual(modules);
    const upward = sources.flatMap((source) =>
      importsOf(source)
        .filter((imported) => rows.indexOf(moduleOf(imported)) > rows.indexOf(moduleOf(source.file)))
        .map((imported) => `${source.file} imports ${imported}`),
    );
    expect(upward).toEqual([]);
  });

  it.each(['modules.svg', 'modules-narrow.svg'])('draws exactly the modules of src/: %s', (figure) => {
    const drawn = textsIn(figure).flatMap((text) => text.match(moduleName) ?? []);
    expect([...new Set(drawn)].filter((name) => name !== 'src/').sort()).toEqual(modules);
  });

  it('draws for phones no module below one that imports it', () => {
    const drawn = read('docs/figures/modules-narrow.svg').matchAll(
      /<rect x=.* y="(\d+)".*\n<text.*>(.*)<.*\n<text.*>(.*)</g,
    );
    const rows = [...drawn].flatMap(([, y, ...texts]) =>
      (texts.join(' ').match(moduleName) ?? []).map((module) => [module, Number(y)] as const),
    );
    const heights = new Map(rows);
    const upward = sources.flatMap((source) =>
      importsOf(source)
        .filter((imported) => !(heights.get(moduleOf(imported))! >= heights.get(moduleOf(source.file))!))
        .map((imported) => `${source.file} imports ${imported}`),
    );
    expect(upward).toEqual([]);
  });

  it.each(['wait.svg', 'wait-narrow.svg'])('draws a wait with files and methods that exist: %s', (figure) => {
    const texts = textsIn(figure);
    const files = texts.filter((text) => text.endsWith('.ts'));
    expect(files.length).toBeGreaterThan(3);
    expect(files.filter((file) => !existsSync(join(root, 'src', file)))).toEqual([]);
    const methods = texts.flatMap((text) => [...text.matchAll(/(\w+)\(/g)].map(([, method]) => method!));
    expect(methods.length).toBeGreaterThan(5);
    const isDefined = (method: string): boolean =>
      sources.some(({ text }) => new RegExp(`^ +${method}(?:<.*>)?\\(.*[{;]$`, 'm').test(text));
    expect(methods.filter((method) => !isDefined(method))).toEqual([]);
  });

  it('lists exactly what src/ imports dynamically', () => {
    const imported = sources.flatMap(({ file, text }) =>
      [...text.matchAll(/\bimport\((?:\/\*.*\*\/ )?'([^']+)'\)/g)].map(([, specifier]) => {
        const path = normalize(join(dirname(file), specifier!.replace(/js$/, 'ts')));
        return specifier!.startsWith('.') ? (file.includes('/') ? path : moduleOf(path)) : specifier!;
      }),
    );
    const listed = tableRows('part').map(([part]) => codeIn(part!)[0]!);
    expect([...new Set(imported)].sort()).toEqual(listed.sort());
  });

  it('names for each error class the file that defines it', () => {
    const rows = tableRows('class');
    expect(rows).toHaveLength(5);
    const wrong = rows.filter(([name, file]) => {
      const className = codeIn(name!)[0]!;
      return !new RegExp(`^export class ${className} `, 'm').test(read(codeIn(file!)[0]!));
    });
    expect(wrong).toEqual([]);
  });

  it('links every decision', () => {
    const links = [...architecture.matchAll(/\]\((decisions\/[\w-]+\.md)\)/g)].map(([, link]) => `docs/${link!}`);
    expect(links.sort()).toEqual([...decisions].sort());
  });
});

describe('the documents', () => {
  const technical = ['CONTRIBUTING.md', 'docs/architecture.md', ...decisions];
  const all = ['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', ...markdownIn('docs'), ...decisions];

  it('have a README of at most 1,200 words, code and tables included', () => {
    expect(read('README.md').trim().split(/\s+/).length).toBeLessThanOrEqual(1200);
  });

  it.each(technical)('name only files and folders that exist: %s', (document) => {
    const paths = codeIn(read(document))
      .flatMap((code) => code.match(/(?:\.\/)?[\w.-]+\/[\w./-]*|^[\w-]+\.ts$/g) ?? [])
      .filter((path) => !/^(?:dist|site|longrunning|google|bufbuild|connectrpc)\//.test(path));
    const missing = paths.filter((path) => ![path, `src/${path}`].some((one) => existsSync(join(root, one))));
    expect(missing).toEqual([]);
  });

  it.each(all)('name only commands that exist: %s', (document) => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const commands = [...read(document).matchAll(/npm run ([\w:-]+)/g)].map(([, name]) => name!);
    expect(commands.filter((name) => !(name in scripts))).toEqual([]);
  });
});
