import { Code, toCode, type Status } from '../status.js';
import type { ReceivedHeaders } from './retry-after.js';

/** The status in the headers of gRPC; undefined if they have none, or OK. */
export function statusFromGrpcHeaders(headers: ReceivedHeaders): Status | undefined {
  // In the headers and in the trailers it is joined.
  const text = headers.get('grpc-status')?.split(',')[0]?.trim() ?? '';
  const code = /^\d{1,2}$/.test(text) ? Number(text) : Code.OK;
  if (code === 0 || toCode(code) !== code) return undefined;
  return { code, message: percentDecode(headers.get('grpc-message') ?? ''), details: [] };
}

/** Decodes `grpc-message`. A text that is not well encoded is kept, as gRPC demands. */
function percentDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
