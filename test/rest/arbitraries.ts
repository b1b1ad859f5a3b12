import { fc } from '../support/fast-check.js';

/** Segments that may be in a name: no slash, nothing that is refused, otherwise anything. */
const segments = fc
  .oneof(
    fc.string({ unit: 'grapheme', minLength: 1 }),
    fc.string({ unit: fc.constantFrom(...'% 2 e E f F . / : ? # & = + ~ * { } \\ @ ;'.split(' ')), minLength: 1 }),
    fc.constantFrom('...', '%2f', '%2e%2e%2f', 'a%00b', '%', '*', '**', '{name}', 'x:cancel', '%252e', 'constructor'),
  )
  .map((text) => text.replaceAll('/', '-').replace(/[\p{Cc}\p{Cs}]/gu, '-'))
  .filter((text) => !/^(?:\.|%2e){0,2}$/i.test(text));

/** Names of operations that may be requested. */
export const resourceNames = fc.array(segments, { minLength: 1, maxLength: 8 }).map((parts) => parts.join('/'));
