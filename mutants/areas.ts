import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** The sources that are mutated, and the tests that must notice it. */
const areas: Readonly<Record<string, readonly string[]>> = {
  'src/waiting': ['test/waiting', 'test/poller', 'test/polling'],
  'src/polling': ['test/polling', 'test/poller', 'test/waiting'],
  'src/rpc': ['test/rpc', 'test/poller', 'test/waiting'],
  'src/coalescing': ['test/coalescing'],
  'src/many': ['test/many'],
  'src/transports': ['test/transports', 'test/rest', 'test/gax', 'test/details.test.ts'],
  'src/history': ['test/history'],
  'src/operation.ts': ['test/operation.test.ts', 'test/poller', 'test/decoders'],
  'src/resume-token.ts': ['test/resume-token.test.ts', 'test/client'],
};

/** All sources that are mutated, from the root. */
export function sourceFiles(root: string): string[] {
  return Object.keys(areas)
    .flatMap((area) => (area.endsWith('.ts') ? [area] : filesOf(root, area)))
    .filter((file) => file.endsWith('.ts'))
    .sort();
}

/** The tests of a source: first those that have its name, since they are quick, then all of its area. */
export function testsOf(root: string, file: string): (readonly string[])[] {
  const area = areas[file] ? file : dirname(file);
  const stem = basename(file, '.ts');
  const folder = area.replace('src/', 'test/');
  const nearest = area === file ? [] : filesOf(root, folder).filter((test) => basename(test).startsWith(stem));
  return [nearest, areas[area]!].filter(({ length }) => length > 0);
}

function filesOf(root: string, folder: string): string[] {
  return readdirSync(join(root, folder)).map((name) => `${folder}/${name}`);
}
