import { decodeEscapes } from './escapes.js';
import { fold, formsOf, utf8 } from './secrets.js';

/** The letters and digits of a text, folded. */
export interface Letters {
  readonly text: string;
  /** Where each is in the original. */
  readonly positions: readonly number[];
}

/**
 * The letters and digits of a text without what is between them: quotes of a shell, of SQL and of CSV, the colons and the
 * spaces of a hex dump, the line breaks of MIME.
 */
export function lettersOf(original: string): Letters {
  const positions: number[] = [];
  let text = '';
  for (const { 0: run, index } of fold(original).matchAll(/[\p{L}\p{N}]+/gu)) {
    for (let i = 0; i < run.length; i++) positions.push(index + i);
    text += run;
  }
  return { text, positions };
}

const onlyLetters = (text: string): string => fold(text).replaceAll(/[^\p{L}\p{N}]+/gu, '');

/** Fewer letters occur in many texts, if it does not matter what is between them. */
const minLetters = 8;

/** How many letters and digits a text has at least that repeats one of some secrets in any form. */
export function shortestSpelling(secrets: readonly string[]): number {
  const lengths = secrets.map((secret) => onlyLetters(decodeEscapes(secret).text).length);
  return Math.max(minLetters, Math.min(...lengths));
}

/**
 * The letters and digits of the forms in which a text may repeat a secret: itself, in base64, and its bytes in hexadecimal,
 * decimal or octal, however they are separated.
 */
export function spellingsOf(secrets: readonly string[]): string[] {
  const spellings = [...formsOf(secrets), ...secrets.map(utf8).flatMap(bytesIn)].map(onlyLetters);
  return [...new Set(spellings)].filter(({ length }) => length >= minLetters);
}

/** Bytes as dumps and as languages write them: `68 75`, `0x68, 0x75`, `\u{68}\u{75}`, `104,117`, `\150\165`. */
function bytesIn(text: string): string[] {
  const codes = Array.from(text, (char) => char.charCodeAt(0));
  const hex = codes.map((code) => code.toString(16).padStart(2, '0'));
  const octal = codes.map((code) => code.toString(8).padStart(3, '0'));
  return [hex.join(''), `0x${hex.join('0x')}`, `u${hex.join('u')}`, codes.join(''), octal.join('')];
}
