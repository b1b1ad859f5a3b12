import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

// The order of the modules of src/, from the bottom to the top: a file imports from its own module and from those before.
const modules = [
  'arguments.ts',
  'is-promise.ts',
  'any.ts',
  'status.ts',
  'transport.ts',
  'async-queue.ts',
  'lro-error.ts',
  'decode-errors.ts',
  'operation.ts',
  'resume-token.ts',
  'errors.ts',
  'wire/',
  'decoders.ts',
  'decoders/',
  'protobuf-es/',
  'rpc/',
  'polling/',
  'history/',
  'schedule/',
  'waiting/',
  'coalescing/',
  'operation-list.ts',
  'poller.ts',
  'client-options.ts',
  'client.ts',
  'transports/',
  'grpc/',
  'rest/',
  'gax/',
  'custom/',
  'google/',
  'connect/',
  'many/',
  'wait-for/',
  'otel/',
  'bullmq/',
  'testing/',
  'cli/',
  'index.ts',
];

const src = fileURLToPath(new URL('../src', import.meta.url));
const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));

/** The files of src/ that a file imports, types included. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(src, file), 'utf8');
  const specifiers = [...text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'(\.[^']+)\.js'/g)].map(
    ([, specifier]) => specifier!,
  );
  return [...new Set(specifiers)].map((specifier) => normalize(join(dirname(file), `${specifier}.ts`)));
}
const imports = new Map(files.map((file) => [file, importsOf(file)]));

const moduleOf = (file: string): string => (file.includes('/') ? `${file.split('/')[0]}/` : file);

const tests = fileURLToPath(new URL('.', import.meta.url));
const testFiles = readdirSync(tests, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.test.ts') && !file.startsWith('system/') && !file.startsWith('installed/'),
);

/** What starts another program, or looks for packages that `npm ci` does not install. */
const outside =
  /from '(?:node:child_process|typescript|playwright-core|.*\/support\/(?:cli|chromium|fleet\/.*|installed|redis.*|spanner|tabs|tmux|type-check)\.js)'/;

/** A circle of imports, as the files on it; undefined if there is none. */
function findCircle(): string[] | undefined {
  const done = new Set<string>();
  const visit = (file: string, path: string[]): string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const imported of imports.get(file) ?? []) {
      const circle = visit(imported, [...path, file]);
      if (circle) return circle;
    }
    done.add(file);
    return undefined;
  };
  for (const file of files) {
    const circle = visit(file, []);
    if (circle) return circle;
  }
  return undefined;
}

describe('the modules of src/', () => {
  it('are all in the order above', () => {
    expect(files.map(moduleOf).filter((module) => !modules.includes(module))).toEqual([]);
    expect([...imports.values()].flat().filter((file) => !files.includes(file))).toEqual([]);
  });

  it('import downwards only, types included', () => {
    const upward = files.flatMap((file) =>
      importsOf(file)
        .filter((imported) => modules.indexOf(moduleOf(imported)) > modules.indexOf(moduleOf(file)))
        .map((imported) => `${file} imports ${imported}`),
    );
    expect(upward).toEqual([]);
  });

  it('have no circle of imports, types included', () => {
    expect(findCircle()).toBeUndefined();
  });

  it('share what transports need in transports/: no way to a service imports rest/', () => {
    const importers = (module: string): string[] =>
      [
        ...new Set(
          files.filter((file) => importsOf(file).some((imported) => imported.startsWith(module))).map(moduleOf),
        ),
      ]
        .filter((importer) => importer !== module)
        .sort();
    expect(importers('transports/')).toEqual([
      'cli/',
      'connect/',
      'custom/',
      'gax/',
      'google/',
      'grpc/',
      'rest/',
      'testing/', // google-gax
      'wait-for/',
    ]);
    expect(importers('rest/')).toEqual(['cli/']);
  });
});

describe('the suite, all tests but those of test/system', () => {
  it('starts no other program, and needs nothing that `npm ci` does not install', () => {
    expect(testFiles.length).toBeGreaterThan(300);
    expect(testFiles.filter((file) => outside.test(readFileSync(join(tests, file), 'utf8')))).toEqual([]);
  });

  it('draws values by test/support/fast-check.ts, which sets the seed of the gate', () => {
    const direct = testFiles.filter((file) =>
      /^import .* from 'fast-check'/m.test(readFileSync(join(tests, file), 'utf8')),
    );
    expect(direct).toEqual([]);
  });
});
