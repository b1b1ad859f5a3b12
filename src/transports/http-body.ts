import { asRecord } from './as-record.js';
import type { ResponseLike } from './fetch.js';

/** The longest body that is read, in bytes. */
export const maxBodyBytes = 64 * 1024 * 1024;

/** Reads a body as text; undefined if it is longer than {@link maxBodyBytes}. */
export async function readBody(response: ResponseLike, signal: AbortSignal): Promise<string | undefined> {
  const { body } = response;
  if (!isWebStream(body)) {
    const text = await response.text();
    return text.length > maxBodyBytes ? undefined : text;
  }
  const reader = body.getReader();
  const cancel = (): void => void reader.cancel().catch(() => undefined);
  signal.addEventListener('abort', cancel);
  try {
    const decoder = new TextDecoder();
    let text = '';
    let length = 0;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return text + decoder.decode();
      length += value.byteLength;
      if (length > maxBodyBytes) {
        cancel();
        return undefined;
      }
      text += decoder.decode(value, { stream: true });
    }
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

/** Cancels an unread body to release the connection. */
export function cancelBody({ body }: ResponseLike): void {
  if (isWebStream(body)) body.cancel().catch(() => undefined);
}

function isWebStream(body: unknown): body is ReadableStream<Uint8Array> {
  return typeof asRecord(body).getReader === 'function';
}
