import type * as Gax from 'google-gax';
import { Code } from '../status.js';
import { ActiveCalls, type GrpcConnection } from './connection.js';
import { channelCredentials } from './credentials.js';
import { ConnectError } from './failure.js';
import { timeoutHeader } from './headers.js';
import type { GrpcTransportOptions } from './options.js';

/** A connection that can be closed. */
export interface Channel extends GrpcConnection {
  /** Gives up the calls that are under way and closes the channel. */
  close(): void;
}

/**
 * Opens a channel; the first that is done loads google-gax. It connects when the first call needs it.
 *
 * @throws {@link ConnectFailure} if no credentials are found.
 */
export async function openChannel(address: string, options: GrpcTransportOptions): Promise<Channel> {
  const gax = await load();
  const credentials = await channelCredentials(gax, options);
  const client = newClient(gax, address, credentials, options);
  const channel = client.getChannel();
  const calls = new ActiveCalls();
  const baseMetadata = new gax.grpc.Metadata();
  const { grpcVersion } = new gax.GrpcClient();
  const api = `gl-node/${process.versions.node} grpc/${grpcVersion} gax/${String(gax.version)}`;
  baseMetadata.set('x-goog-api-client', api);
  return {
    calls,
    // What the client's makeUnaryRequest() does, without the emitter, the interceptors and the stack trace that it makes
    // for each call: they cost as much as all that we do.
    send(path, message, headers, leftMs, listener) {
      const metadata = baseMetadata.clone();
      for (const name in headers) metadata.set(name, headers[name] as string);
      // For the server to know. Our side of it is kept by the call itself, and not by a second timer of grpc-js.
      metadata.set('grpc-timeout', timeoutHeader(leftMs));
      const call = channel.createCall(path, Infinity, null, null, null);
      call.start(metadata, listener);
      call.startRead();
      call.sendMessageWithContext({}, message);
      call.halfClose();
      return call;
    },
    close() {
      calls.cancel();
      client.close();
    },
  };
}

async function load(): Promise<typeof Gax> {
  try {
    return await import('google-gax');
  } catch (error) {
    throw channelError('google-gax cannot be loaded', error);
  }
}

function newClient(
  { grpc }: typeof Gax,
  address: string,
  credentials: Gax.ChannelCredentials,
  options: GrpcTransportOptions,
): Gax.grpc.Client {
  try {
    return new grpc.Client(address, credentials, {
      // What google-gax sets for generated clients.
      'grpc.max_receive_message_length': -1,
      'grpc.max_send_message_length': -1,
      'grpc.initial_reconnect_backoff_ms': 1000,
      ...options.grpcOptions,
    });
  } catch (error) {
    throw channelError("the channel cannot be made of 'sslCreds' and 'grpcOptions'", error);
  }
}

function channelError(problem: string, error: unknown): ConnectError {
  return new ConnectError(Code.FAILED_PRECONDITION, `${problem}: ${String((error as Error | undefined)?.message)}`);
}

/**
 * One channel for all calls, opened when it is needed. What came of an attempt that failed is forgotten, so that a later
 * call tries again.
 */
export class LazyChannel {
  readonly #open: () => Promise<Channel>;
  #opening: Promise<Channel> | undefined;
  #channel: Channel | undefined;
  #closed = false;
  #rejectOpening: (error: unknown) => void = () => undefined;

  constructor(open: () => Promise<Channel>) {
    this.#open = open;
  }

  /** The channel, or a promise of it. */
  get(): Channel | Promise<Channel> {
    if (this.#closed) throw closedError();
    return this.#channel ?? (this.#opening ??= this.#start());
  }

  /** Closes it, at once for those who wait for it to be opened. */
  close(): void {
    this.#closed = true;
    this.#rejectOpening(closedError());
    this.#channel?.close();
    this.#channel = undefined;
  }

  #start(): Promise<Channel> {
    return new Promise((resolve, reject) => {
      this.#rejectOpening = reject;
      this.#open()
        .then((channel) => {
          if (this.#closed) channel.close();
          else resolve((this.#channel = channel));
        })
        .catch(reject)
        .finally(() => (this.#opening = undefined));
    });
  }
}

function closedError(): ConnectError {
  return new ConnectError(Code.CANCELLED, 'the transport is closed');
}
