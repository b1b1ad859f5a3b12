/**
 * A text of a service or a user for one line of a terminal: control characters, which could move the cursor or change the
 * terminal, and line breaks become spaces.
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}
