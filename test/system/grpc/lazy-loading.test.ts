import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';

const root = new URL('../../..', import.meta.url);

describe('laziness', () => {
  it('grpcTransport() loads google-gax with the first call, not before, and not on close()', () => {
    const source = `
      import { createRequire } from 'node:module';
      const loaded = () => Object.keys(createRequire(import.meta.url).cache).some((file) => file.includes('google-gax'));
      const { grpcTransport } = await import('./src/grpc/index.js');
      const options = { apiEndpoint: '127.0.0.1:1', authClient: { getRequestHeaders: async () => ({}) } };
      const closed = grpcTransport(options);
      const transport = grpcTransport(options);
      await closed.close();
      const codes = [await closed.getOperation({ name: 'a' }, {}).catch((error) => error.rpcCode)];
      const before = loaded();
      codes.push(await transport.getOperation({ name: 'a' }, {}).catch((error) => error.rpcCode));
      console.log(JSON.stringify({ before, after: loaded(), codes }));
    `;
    const args = ['--import', './scripts/ts.js', '--input-type=module', '--eval', source];
    const printed = execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
    expect(JSON.parse(printed)).toEqual({ before: false, after: true, codes: [1, 14] });
  });
});
