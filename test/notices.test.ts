import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Metafile } from 'esbuild';
import { bundledFolders, noticesFile, noticesOf, packagesIn } from '../scripts/notices.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const metafile = (files: readonly string[]): Metafile => ({
  inputs: {},
  outputs: {
    'dist/a.js': {
      bytes: 0,
      exports: [],
      imports: [],
      inputs: Object.fromEntries(files.map((file) => [file, { bytesInOutput: 1 }])),
    },
  },
});

describe('the licences of packages in dist/', () => {
  let folder: string;
  const add = (path: string, manifest: object, licence?: string): void => {
    mkdirSync(join(folder, path), { recursive: true });
    writeFileSync(join(folder, path, 'package.json'), JSON.stringify(manifest));
    if (licence !== undefined) writeFileSync(join(folder, path, 'LICENSE.md'), licence);
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'longrunning-notices-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('are those of the packages with code in the output, also of nested and scoped ones', () => {
    const files = [
      'src/a.ts',
      'node_modules/p/lib/i.js',
      'node_modules/p/x.js',
      'node_modules/p/node_modules/@s/q/i.js',
    ];
    expect(bundledFolders([metafile(files)])).toEqual(['node_modules/p', 'node_modules/p/node_modules/@s/q']);
  });

  it('are listed with name, version and full text', () => {
    add('b', { name: 'b', version: '2.0.0', license: 'ISC' }, 'The text of b.\r\nTwo lines.\n');
    add('a', { name: '@s/a', version: '1.0.0', license: 'MIT' }, 'The text of a.');
    const notices = noticesOf(folder, ['b', 'a']);
    expect(packagesIn(notices)).toEqual(['@s/a@1.0.0', 'b@2.0.0']);
    expect(notices).toContain('The text of b.\nTwo lines.\n');
    expect(notices).toContain('@s/a@1.0.0 (MIT)');
  });

  it('stop the build if one has no text', () => {
    add('a', { name: 'a', version: '1.0.0', license: 'MIT' });
    expect(() => noticesOf(folder, ['a'])).toThrow('a has no file with its licence');
  });

  it('are in the build', () => {
    const names = packagesIn(readFileSync(join(root, noticesFile), 'utf8')).map((name) => name.replace(/@[^@]+$/, ''));
    expect(names).toEqual(expect.arrayContaining(['log-update', 'p-retry']));
  });
});
