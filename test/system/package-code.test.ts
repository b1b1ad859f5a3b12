// The code of the build in dist/, which has no source maps: it is what stack traces and debuggers show.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const dist = fileURLToPath(new URL('../../dist/', import.meta.url));
const files = readdirSync(dist, { recursive: true, encoding: 'utf8' });

describe('the code in dist/', () => {
  it('names no source map', () => {
    expect(files.filter((file) => file.endsWith('.map'))).toEqual([]);
    const code = files.filter((file) => /\.c?js$/.test(file));
    expect(code.filter((file) => readFileSync(join(dist, file), 'utf8').includes('sourceMappingURL'))).toEqual([]);
  });

  it.each(['index.js', 'index.cjs'])('has the functions of the sources in the stack traces of %s', (file) => {
    const program = `
      const { OperationsClient } = await import(${JSON.stringify(join(dist, file))});
      new OperationsClient({ transport: {} });`;
    const { stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' });
    expect(stderr).toMatch(/^TypeError: Cannot make a client as 'transport' must be/m);
    expect(stderr).toMatch(/^ +at assertArgument \(.*dist\/chunks\/.*:\d+:\d+\)$/m);
    expect(stderr).toMatch(/^ +at new OperationsClient \(.*dist\/.*:\d+:\d+\)$/m);
  });
});
