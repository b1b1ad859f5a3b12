import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { subpaths } from '../scripts/entries.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string): string => readFileSync(`${root}${path}`, 'utf8');
const manifest = JSON.parse(read('package.json')) as {
  scripts: Record<string, string>;
  exports: Record<string, unknown>;
};
const workflows = readdirSync(`${root}.github/workflows`).map((file) => read(`.github/workflows/${file}`));

/** The files that a Markdown text links to, relative to the root. */
const linksIn = (text: string): string[] => [...text.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, path]) => path!);

describe('llms.txt', () => {
  it('links to files that exist, and to each guide', () => {
    const links = linksIn(read('llms.txt'));
    expect(links.filter((path) => !existsSync(root + path))).toEqual([]);
    const guides = readdirSync(`${root}docs`).filter((file) => file.endsWith('.md'));
    expect(guides.filter((file) => !links.includes(`docs/${file}`))).toEqual([]);
  });
});

describe('the API reports', () => {
  it('are as many as the subpaths with code', () => {
    const names = subpaths().map(({ name }) => `${name}.api.md`);
    expect(names.length).toBe(Object.keys(manifest.exports).length - 1); // all but package.json
    expect(readdirSync(`${root}api`).sort()).toEqual(names.sort());
  });
});

describe('the workflows', () => {
  it('use actions by commit', () => {
    const uses = workflows.flatMap((text) => [...text.matchAll(/uses: (\S+)/g)].map(([, action]) => action!));
    expect(uses.length).toBeGreaterThan(5);
    expect(uses.filter((action) => !/^\.\/|@[0-9a-f]{40}$/.test(action))).toEqual([]);
  });

  it('run the versions of Node.js that the matrix has', () => {
    const versions = [...read('scripts/test-matrix.ts').matchAll(/\{ node: (\d+),/g)].map(([, version]) => version);
    expect(workflows.some((text) => text.includes(`node: [${versions.join(', ')}]`))).toBe(true);
  });

  it('call scripts that exist', () => {
    const texts = [...workflows, read('.ci/run'), read('RELEASING.md'), read('CONTRIBUTING.md')];
    const called = texts.flatMap((text) =>
      [...text.matchAll(/npm run (?:--silent )?([\w:]+)/g)].map(([, name]) => name!),
    );
    expect(called.length).toBeGreaterThan(15);
    expect(called.filter((name) => !(name in manifest.scripts))).toEqual([]);
  });

  it('give an identity for npm only to a job that runs no code of the project', () => {
    const release = workflows.find((text) => text.includes('id-token: write'))!;
    const [before, stage] = release.split('\n  stage:\n') as [string, string];
    expect(before).not.toContain('id-token');
    expect(stage).not.toMatch(/actions\/checkout|npm (ci|run|test)/);
  });
});
