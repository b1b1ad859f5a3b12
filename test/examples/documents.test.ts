import { describe, expect, it } from '@jest/globals';
import { fillSnippets, read, documents } from '../../scripts/fill-docs.js';

describe('the texts', () => {
  for (const path of documents) {
    it(`${path} has what scripts/fill-docs.ts would write`, () => {
      const text = read(path);
      expect(fillSnippets(text)).toBe(text);
    });

    it(`${path} has no code that is not an example's`, () => {
      const blocks = read(path).match(/^```(ts|js|typescript|javascript)$/gm) ?? [];
      const marked = read(path).match(/^<!-- example: [^>]+ -->\n\n?```ts$/gm) ?? [];
      expect(marked).toHaveLength(blocks.length);
    });
  }
});
