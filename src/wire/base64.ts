/**
 * Bytes from base64, standard or URL-safe, padded or not, as in a `grpc-status-details-bin` header; undefined if the
 * text is not base64.
 */
export function bytesFromBase64(text: string): Uint8Array | undefined {
  if (!/^[\w+/-]*={0,2}$/.test(text)) return undefined;
  try {
    const standard = text.replace(/=+$/, '').replace(/-/g, '+').replace(/_/g, '/');
    return Uint8Array.from(atob(standard), (char) => char.charCodeAt(0));
  } catch {
    return undefined; // atob() throws for an impossible length
  }
}
