import { describe, expect, it } from '@jest/globals';
import { bytesFromBase64 } from '../../src/wire/base64.js';
import { fc } from '../support/fast-check.js';

describe('base64', () => {
  it('bytesFromBase64() decodes standard and URL-safe text, padded or not', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const text = Buffer.from(bytes).toString('base64');
        for (const form of [text, text.replace(/=/g, ''), Buffer.from(bytes).toString('base64url')]) {
          expect(bytesFromBase64(form)).toEqual(bytes);
        }
      }),
    );
  });

  it.each(['A', 'AAAAA', 'A A=', 'AA=A', '!', 'AA===', '\u00e9'])(
    'bytesFromBase64() returns undefined for %j',
    (text) => expect(bytesFromBase64(text)).toBeUndefined(),
  );
});
