import { throwInvalidArgument } from '../arguments.js';
import type { ResumeToken } from '../resume-token.js';
import { asRecord } from '../transports/as-record.js';

/** Whether a value has the form of a token; its fields are checked when it is resumed. */
export function isToken(value: unknown): value is ResumeToken {
  const { version, name, startedAtMs } = asRecord(value);
  return typeof version === 'number' && typeof startedAtMs === 'number' && typeof name === 'string';
}

/** What stores return after `save(undefined)`, also those that keep texts. */
const nothing: readonly unknown[] = [undefined, null, '', 'undefined', 'null'];

/**
 * Reads what `load` returned: a token or a name, also as JSON text.
 *
 * @returns undefined if nothing was saved.
 * @throws TypeError if it is something else.
 */
export function parseSaved(loaded: unknown): string | ResumeToken | undefined {
  const given = typeof loaded === 'string' ? loaded.trim() : loaded;
  if (nothing.includes(given)) return undefined;
  const saved = typeof given === 'string' && /^["{[]/.test(given) ? parseJson(given) : given;
  if (typeof saved === 'string' || isToken(saved)) return saved;
  throwInvalidArgument('wait', 'load()', 'a token, a name or nothing', loaded);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
