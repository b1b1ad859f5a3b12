/**
 * Bytes from base64, standard or URL-safe, padded or not, as in a `grpc-status-details-bin` header; undefined for text
 * that is none.
 */
export function bytesFromBase64(text: string): Uint8Array | undefined {
  if (!/^[\w+/-]*={0,2}$/.test(text)) return undefined;
  try {
    return Uint8Array.from(atob(text.replace(/=+$/, '').replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0));
  } catch {
    return undefined; // a length that no bytes have
  }
}
