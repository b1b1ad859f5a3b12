import { Code } from '../status.js';
import type { ListOperationsRequest } from '../transport.js';
import { bytesFromBase64 } from '../wire/base64.js';
import { RpcError } from './rpc-error.js';

/** A list request with its defaults, checked. */
export interface PageRequest {
  readonly filter: string;
  /** The page size of the request; 0 if it has none. */
  readonly pageSize: number;
  /** The sequence of the last operation of the previous page; 0 for the first page. */
  readonly after: number;
  readonly returnPartialSuccess: boolean;
}

/** @throws {@link RpcError} INVALID_ARGUMENT if the page size or the page token is invalid. */
export function pageRequestOf(request: ListOperationsRequest): PageRequest {
  const { name, filter = '', pageSize = 0, pageToken = '', returnPartialSuccess = false } = request;
  if (pageSize < 0) throw new RpcError(Code.INVALID_ARGUMENT, 'page_size must not be negative');
  return { filter, pageSize, after: readPageToken(pageToken, name, filter), returnPartialSuccess };
}

/**
 * The token for the page after an operation. It is valid only for the same name and filter.
 *
 * @param variant - makes tokens for the same page differ.
 */
export function writePageToken(sequence: number, name: string, filter: string, variant: number): string {
  const base64 = btoa(encodeURIComponent(JSON.stringify([sequence, name, filter, variant])));
  return base64.replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

function readPageToken(token: string, name: string, filter: string): number {
  if (token === '') return 0;
  try {
    const read = JSON.parse(decodeURIComponent(String.fromCharCode(...(bytesFromBase64(token) ?? [])))) as unknown;
    if (Array.isArray(read) && Number.isSafeInteger(read[0]) && read[1] === name && read[2] === filter) {
      return read[0] as number;
    }
  } catch {
    // It is not JSON, so it was not written by writePageToken().
  }
  throw new RpcError(Code.INVALID_ARGUMENT, 'page_token is not one of this list');
}

/** A predicate for names below a parent (`p` or `p/operations`); the segment `-` matches any one segment. */
export function childrenOf(parent: string): (name: string) => boolean {
  if (parent === '') return () => true;
  const prefix = `${parent.replace(/\/operations$/, '')}/`;
  if (!prefix.split('/').includes('-')) return (name) => name.startsWith(prefix);
  const segments = prefix.split('/').map((segment) => (segment === '-' ? '[^/]+' : escapeRegExp(segment)));
  const pattern = new RegExp(`^${segments.join('/')}`);
  return (name) => pattern.test(name);
}

/** A regular expression source that matches the text literally. */
export function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
