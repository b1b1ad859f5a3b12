import { describe, expect, it } from '@jest/globals';
import { fillSnippets, read, documents } from '../../scripts/fill-docs.js';

describe('the documents', () => {
  for (const path of documents) {
    it(`${path} contains what scripts/fill-docs.ts would write`, () => {
      const text = read(path);
      expect(fillSnippets(text)).toBe(text);
    });

    it(`${path} contains only code of examples`, () => {
      const blocks = read(path).match(/^```(ts|tsx|js|jsx|typescript|javascript)$/gm) ?? [];
      const marked = read(path).match(/^<!-- example: [^>]+ -->\n\n?```[jt]sx?$/gm) ?? [];
      expect(marked).toHaveLength(blocks.length);
    });
  }
});
