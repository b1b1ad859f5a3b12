import type * as Gax from 'google-gax';
import type { AuthClientLike } from '../transports/auth-client.js';
import { normalizeHeaders, type HeaderRecord } from '../transports/headers.js';
import { credentialsError } from './connect-error.js';

/** Call credentials of grpc-js, of any copy and version. */
export type CallCredentialsLike = object;

/** Called with the headers that an auth client returned for a URL. */
export type HeadersListener = (headers: HeaderRecord, url: string) => void;

/** The credentials of each call of a channel, from one auth client. */
export class CallCredentials {
  readonly #grpc: typeof Gax.grpc;
  readonly #client: AuthClientLike;

  constructor({ grpc }: Pick<typeof Gax, 'grpc'>, client: AuthClientLike) {
    this.#grpc = grpc;
    this.#client = client;
  }

  /** @throws whatever the auth client throws. */
  async getHeaders(url: string): Promise<HeaderRecord> {
    return normalizeHeaders(await this.#client.getRequestHeaders(url));
  }

  /**
   * The credentials of one call, which grpc-js requests once it has a connection.
   *
   * @param onHeaders - called before they are sent.
   */
  create(onHeaders: HeadersListener): CallCredentialsLike {
    return this.#grpc.credentials.createFromMetadataGenerator(({ service_url: url }, callback) => {
      this.#getMetadata(url, onHeaders).then(
        (metadata) => callback(null, metadata),
        (error: unknown) => callback(credentialsError(error)),
      );
    });
  }

  async #getMetadata(url: string, onHeaders: HeadersListener): Promise<Gax.grpc.Metadata> {
    const headers = await this.getHeaders(url);
    const metadata = new this.#grpc.Metadata();
    for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
    onHeaders(headers, url);
    return metadata;
  }
}
