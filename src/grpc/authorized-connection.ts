import { now } from '../rpc/timer-wheel.js';
import { Code } from '../status.js';
import { pluginPrefix, type GrpcStatus, type ReceivedMetadata } from '../transports/grpc-status.js';
import { sameHeaders, type HeaderRecord } from '../transports/headers.js';
import type { CallCredentials } from './call-credentials.js';
import { credentialsError } from './connect-error.js';
import type { GrpcConnection } from './connection.js';
import type { CancellableCall, UnaryListener } from './grpc-js.js';
import type { Headers } from './headers.js';

/**
 * A connection whose calls carry credentials. They may expire or be revoked in the middle of a wait: if the server does not
 * accept them, and the auth client has others by then, there is one more attempt at once. Otherwise the refusal is final.
 */
export class AuthorizedConnection implements GrpcConnection {
  readonly #connection: GrpcConnection;
  readonly #credentials: CallCredentials;

  constructor(connection: GrpcConnection, credentials: CallCredentials) {
    this.#connection = connection;
    this.#credentials = credentials;
  }

  send(path: string, message: Buffer, headers: Headers, remainingMs: number, listener: UnaryListener): CancellableCall {
    const deadlineMs = now() + remainingMs;
    const call = new AuthorizedCall(this.#credentials, listener, (attempt) => {
      const credentials = this.#credentials.create((sent, url) => attempt.onCredentials(sent, url));
      return this.#connection.send(path, message, headers, deadlineMs - now(), attempt, credentials);
    });
    call.send();
    return call;
  }
}

interface SentCredentials {
  readonly headers: HeaderRecord;
  /** What they are for. */
  readonly url: string;
}

class AuthorizedCall implements UnaryListener, CancellableCall {
  readonly #credentials: CallCredentials;
  readonly #listener: UnaryListener;
  readonly #sendAttempt: (attempt: AuthorizedCall) => CancellableCall;
  /** Those of the attempt; undefined until there are any. */
  #sent: SentCredentials | undefined;
  /** Undefined between the attempts. */
  #stream: CancellableCall | undefined;
  #isRepeated = false;
  #isCancelled = false;

  constructor(
    credentials: CallCredentials,
    listener: UnaryListener,
    sendAttempt: (attempt: AuthorizedCall) => CancellableCall,
  ) {
    this.#credentials = credentials;
    this.#listener = listener;
    this.#sendAttempt = sendAttempt;
  }

  send(): void {
    this.#stream = this.#sendAttempt(this);
  }

  cancelWithStatus(code: number, details: string): void {
    this.#isCancelled = true;
    if (this.#stream) this.#stream.cancelWithStatus(code, details);
    else this.#listener.onReceiveStatus({ code, details });
  }

  onCredentials(headers: HeaderRecord, url: string): void {
    this.#sent = { headers, url };
    this.#listener.onCredentials?.(headers, url);
  }

  onReceiveMetadata(headers: ReceivedMetadata): void {
    this.#listener.onReceiveMetadata(headers);
  }

  onReceiveMessage(message: Buffer): void {
    this.#listener.onReceiveMessage(message);
  }

  onReceiveStatus(status: GrpcStatus): void {
    const isRefused = status.code === Code.UNAUTHENTICATED && !this.#isRepeated && !this.#isCancelled;
    // Without them, they could not be had.
    if (isRefused && this.#sent) void this.#renew(status, this.#sent);
    else this.#listener.onReceiveStatus(status);
  }

  async #renew(refused: GrpcStatus, sent: SentCredentials): Promise<void> {
    this.#isRepeated = true;
    this.#stream = undefined;
    const status = await this.#statusAfterRenewal(refused, sent);
    if (this.#isCancelled) return;
    if (status) this.#listener.onReceiveStatus(status);
    else this.#repeat();
  }

  /** How the call ends; undefined if there are other credentials. */
  async #statusAfterRenewal(refused: GrpcStatus, { headers, url }: SentCredentials): Promise<GrpcStatus | undefined> {
    try {
      return sameHeaders(headers, await this.#credentials.getHeaders(url)) ? refused : undefined;
    } catch (error) {
      const { code, message } = credentialsError(error);
      return { code, details: `${pluginPrefix}${message}` };
    }
  }

  #repeat(): void {
    try {
      this.send();
    } catch {
      // grpc-js throws if the channel was closed meanwhile.
      this.#listener.onReceiveStatus({ code: Code.CANCELLED, details: 'the channel is closed' });
    }
  }
}
