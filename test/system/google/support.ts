import type { RequestListener } from 'node:http';
import type { InstalledSet } from '../../support/installed.js';

/** The token of {@link authClientOf}. */
export const secret = 'ya29.very-secret-token';

/** How tests poll: at once. */
export const polls = { backoff: () => 1, retry: { initialDelayMs: 1, maxDelayMs: 2 } };

/** A status and a JSON body. `{token}` in the body is replaced by the credentials of the request. */
export type Reply = readonly [status: number, body: object, headers?: Readonly<Record<string, string>>];

/** A client of google-auth-library with a token. */
export async function authClientOf(google: InstalledSet): Promise<object> {
  const { OAuth2Client } = (await google.load('google-auth-library')) as {
    OAuth2Client: new () => { setCredentials(credentials: object): void };
  };
  const client = new OAuth2Client();
  client.setCredentials({ access_token: secret, expiry_date: Date.now() + 3_600_000 });
  return client;
}

/** Sends these replies one after the other, the last one repeatedly. */
export function replying(replies: readonly Reply[]): RequestListener {
  let count = 0;
  return (request, response) => {
    const [status, body, headers] = replies[Math.min(count++, replies.length - 1)] as Reply;
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body).replaceAll('{token}', String(request.headers.authorization)));
  };
}
