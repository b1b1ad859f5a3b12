import type { Redactor } from './redact.js';

/** The part of the platform's `fetch` that is used, so that another one can replace it. */
export type FetchLike = (
  url: string,
  init: {
    method: string;
    headers: Record<string, string>;
    body?: string;
    redirect: 'manual' | 'follow';
    signal: AbortSignal;
  },
) => Promise<ResponseLike>;

/** The part of the platform's `Response` that is used. */
export interface ResponseLike {
  /** The HTTP status. */
  readonly status: number;
  /** The headers. */
  readonly headers: {
    /** The value of a header. */
    get(name: string): string | null;
  };
  /** `opaqueredirect` or `opaque` if a browser hides the response. */
  readonly type?: string;
  /** The URL after redirects that `fetch` followed. */
  readonly url?: string;
  /** Read in chunks if it is a web stream; otherwise `text()` is called. */
  readonly body?: unknown;
  /** Reads the complete body. */
  text(): Promise<string>;
}

/** A response whose body was read. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: ResponseLike['headers'];
  /** The body; undefined if it is too long to be read. */
  readonly text: string | undefined;
  /** Removes the credentials of the request from texts of the response that an error shows. */
  readonly redactor: Redactor;
  /** Whether the request is known to have carried no credentials. */
  readonly isAnonymous?: boolean | undefined;
}
