/** A text with its escapes decoded. */
export interface DecodedText {
  readonly text: string;
  /** For each position in `text`, the end of the part of the original that was decoded up to it. */
  readonly ends: readonly number[];
}

// `&quot;`, `&#39;` and `&#x27;`, also where the `&` is escaped again; `%2F`, `%252F`, `\u0026` and `\x26`; backslashes alone.
// Then all other text.
const parts =
  /(?:&|\\+u0026)(?:amp;)*(?:(amp|lt|gt|quot)|#0*(\d{1,6})|#x0*([\da-f]{1,5}));|(?:%(?:25)*|\\+(?:u00|x))([\da-f]{2})|\\+|[^\\%&]+|./gis;

/**
 * Decodes the escapes of HTML, of URLs, and of JSON and JavaScript, also one in another, each by itself: of bytes or of code
 * units.
 */
export function decodeEscapes(original: string): DecodedText {
  const ends = [0];
  let text = '';
  for (const match of original.matchAll(parts)) {
    const [part, name = '', decimal, entity, hex = entity] = match;
    const code = decimal ?? (hex && `0x${hex}`);
    const char = code ? String.fromCodePoint(Number(code)) : named[name.toLowerCase()];
    const decoded = char ?? (part.startsWith('\\') ? '' : part);
    for (let i = 1; i <= decoded.length; i++) ends.push(match.index + (decoded === part ? i : part.length));
    text += decoded;
  }
  return { text, ends };
}

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' };
