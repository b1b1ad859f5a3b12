import type { DescMessage, DescMethodUnary, MessageInitShape, MessageShape } from '@bufbuild/protobuf';

/**
 * The part of a `Transport` of `@connectrpc/connect` that is used.
 *
 * Described by its structure, so that every copy fits, and so that these types do without those of the DOM.
 */
export interface ConnectTransportLike {
  /** Sends one request. */
  unary(
    method: DescMethodUnary,
    signal: AbortSignal | undefined,
    timeoutMs: number | undefined,
    header: Record<string, string>,
    input: MessageInitShape<DescMessage>,
  ): Promise<ConnectResponseLike>;
}

/** The part of a `UnaryResponse` that is used. */
export interface ConnectResponseLike {
  /** The headers. */
  readonly header: ConnectHeadersLike;
  /** The message. */
  readonly message: MessageShape<DescMessage>;
}

/** The part of `Headers` that is used. */
export interface ConnectHeadersLike {
  /** The value of a header; null if there is none. */
  get(name: string): string | null;
}

/** The part of a `ConnectError` that is used. */
export interface ConnectErrorLike {
  readonly code: number;
  readonly rawMessage: string;
  /** The headers and trailers of the response. */
  readonly metadata: ConnectHeadersLike;
  /** Those of a server have a type and its bytes. */
  readonly details: readonly { readonly type?: string; readonly value?: unknown }[];
  readonly cause?: unknown;
}

/** Whether a value is a `ConnectError` of whichever copy of Connect. */
export function isConnectError(value: unknown): value is ConnectErrorLike {
  const { name, code, rawMessage, metadata, details } = Object(value) as Record<string, unknown>;
  return (
    name === 'ConnectError' &&
    typeof code === 'number' &&
    typeof rawMessage === 'string' &&
    typeof (metadata as { get?: unknown } | undefined)?.get === 'function' &&
    Array.isArray(details)
  );
}
