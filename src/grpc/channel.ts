import type * as Gax from 'google-gax';
import { Code } from '../status.js';
import { loadGax } from '../transports/google-gax.js';
import { ConnectError } from './connect-error.js';
import { connectionOver } from './connection.js';
import { channelCredentials } from './credentials.js';
import type { Channel } from './lazy-channel.js';
import type { GrpcTransportOptions } from './options.js';

/**
 * Opens a channel. The first call loads google-gax. The channel connects when the first request needs it.
 *
 * @throws {@link ConnectError} if there are no credentials.
 */
export async function openChannel(address: string, options: GrpcTransportOptions): Promise<Channel> {
  const gax = await load();
  const credentials = await channelCredentials(gax, options);
  const client = newClient(gax, address, credentials, options);
  const baseMetadata = new gax.grpc.Metadata();
  const { grpcVersion } = new gax.GrpcClient();
  const api = `gl-node/${process.versions.node} grpc/${grpcVersion} gax/${String(gax.version)}`;
  baseMetadata.set('x-goog-api-client', api);
  return { ...connectionOver(client.getChannel(), baseMetadata), close: () => client.close() };
}

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
      ...options.grpcOptions,
    });
  } catch (error) {
    throw channelError("the channel cannot be created from 'sslCreds' and 'grpcOptions'", error);
  }
}

function channelError(problem: string, error: unknown): ConnectError {
  return new ConnectError(Code.FAILED_PRECONDITION, `${problem}: ${String((error as Error | undefined)?.message)}`);
}
