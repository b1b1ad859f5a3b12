import type * as Gax from 'google-gax';
import { Code } from '../status.js';
import { loadGax } from '../transports/google-gax.js';
import { AuthorizedConnection } from './authorized-connection.js';
import { ConnectError } from './connect-error.js';
import { ChannelSockets } from './channel-sockets.js';
import { connectionOver } from './connection.js';
import { findCredentials } from './credentials.js';
import type { Channel } from './lazy-channel.js';
import type { GrpcTransportOptions } from './options.js';
import { PlainTextCheck } from './plain-text-check.js';
import { ReplacingChannel } from './replacing-channel.js';

/**
 * Opens a channel. The first call loads google-gax. The channel connects when the first request needs it.
 *
 * @throws {@link ConnectError} if there are no credentials.
 */
export async function openChannel(address: string, options: GrpcTransportOptions): Promise<Channel> {
  const gax = await load();
  // Searched for once: a replacement has the same.
  const credentials = await findCredentials(gax, options);
  const baseMetadata = new gax.grpc.Metadata();
  const { grpcVersion } = new gax.GrpcClient();
  const api = `gl-node/${process.versions.node} grpc/${grpcVersion} gax/${String(gax.version)}`;
  baseMetadata.set('x-goog-api-client', api);
  const plainTextCheck = new PlainTextCheck();
  return new ReplacingChannel(() => {
    const sockets = new ChannelSockets(plainTextCheck);
    const client = newClient(gax, address, sockets.wrap(credentials.channel), options);
    const channel = client.getChannel();
    onEachReady(gax, channel, () => sockets.onReady());
    const connection = connectionOver(client, baseMetadata);
    const { calls } = credentials;
    const authorized = calls ? new AuthorizedConnection(connection, calls) : connection;
    return { connection: authorized, sockets, close: () => client.close() };
  });
}

/** Calls a function whenever a channel has connected, until the channel is closed. */
function onEachReady({ grpc }: typeof Gax, channel: ConnectingChannel, onReady: () => void): void {
  const { READY, SHUTDOWN } = grpc.connectivityState;
  const watch = (): void => {
    const state = channel.getConnectivityState(false);
    if (state === READY) onReady();
    if (state !== SHUTDOWN) channel.watchConnectivityState(state, Infinity, watch);
  };
  watch();
}

type ConnectingChannel = Pick<Gax.grpc.Channel, 'getConnectivityState' | 'watchConnectivityState'>;

async function load(): Promise<typeof Gax> {
  try {
    return await loadGax();
  } catch (error) {
    throw new ConnectError(Code.FAILED_PRECONDITION, (error as Error).message);
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
      // As google-gax sets them for generated clients.
      'grpc.max_receive_message_length': -1,
      'grpc.max_send_message_length': -1,
      'grpc.initial_reconnect_backoff_ms': 1000,
      // grpc-js waits up to two minutes. The end of a long outage would be noticed that late, and single calls would fail.
      'grpc.max_reconnect_backoff_ms': 10_000,
      // grpc-js shares the connections of equal channels: a new channel would get the silent one again.
      'grpc.use_local_subchannel_pool': 1,
      ...options.grpcOptions,
    });
  } catch (error) {
    throw channelError("the channel cannot be created from 'sslCreds' and 'grpcOptions'", error);
  }
}

function channelError(problem: string, error: unknown): ConnectError {
  return new ConnectError(Code.FAILED_PRECONDITION, `${problem}: ${String((error as Error | undefined)?.message)}`);
}
