import { AgentsClient } from '@google-cloud/dialogflow-cx';
import * as gax from 'google-gax';

const { GoogleAuth, PassThroughClient } = gax.googleAuthLibrary;

/** Credentials that need no look-up. */
export const noAuth = (): unknown => new GoogleAuth({ authClient: new PassThroughClient() });

/** The generated client, over the google-gax that is installed here, not one that it may bring along. */
export function agentsClient(port: number, options: object = {}): AgentsClient {
  const sslCreds = gax.grpc.credentials.createInsecure();
  const opts = { apiEndpoint: '127.0.0.1', port, sslCreds, auth: noAuth(), ...options };
  return new AgentsClient(opts as never, gax);
}
