import { describe, expect, it } from '@jest/globals';
import { fillSnippets, read, documents } from '../../scripts/fill-docs.js';

describe('the documents', () => {
  for (const path of documents) {
    it(`${path} contains what scripts/fill-docs.ts would write`, () => {
      const text = read(path);
      expect(fillSnippets(text)).toBe(text);
    });

    it(`${path} contains only code of examples`, () => {
      // A block of the testing guide that begins with the name of a file is that file: `npm run test:setups` runs it.
      const file = path === 'docs/testing.md' ? '(?!\\n// \\S+\\.m?[jt]s$)' : '';
      const blocks = read(path).match(new RegExp(`^\`\`\`(ts|tsx|js|jsx|typescript|javascript)$${file}`, 'gm')) ?? [];
      const marked = read(path).match(/^<!-- example: [^>]+ -->\n\n?```[jt]sx?$/gm) ?? [];
      expect(marked).toHaveLength(blocks.length);
    });
  }
});
