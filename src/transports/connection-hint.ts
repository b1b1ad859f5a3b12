/** The API by which a request was sent: what helps depends on it. */
export type Wire = 'REST' | 'gRPC';

type Hint = string | Readonly<Record<Wire, string>>;

// A browser says nothing more, whatever the reason.
const browserNetworkError = /failed to fetch|load failed|networkerror/i;

// Codes of system errors, and texts where the code is lost. The first that matches counts.
const hints: readonly (readonly [pattern: RegExp, hint: Hint])[] = [
  [/ECONNREFUSED/, 'check the host, the port and the network: nothing listens there'],
  [/ENOTFOUND|EAI_|Name resolution failed/, 'check the host and the DNS'],
  [
    /ENETUNREACH|ENETDOWN|EHOSTUNREACH|EHOSTDOWN|ETIMEDOUT|CONNECT_TIMEOUT/,
    'check the network, the firewall and the proxy',
  ],
  [/CERT_HAS_EXPIRED|certificate has expired/, "renew the server's certificate, or set the clock of this machine"],
  [/CERT_NOT_YET_VALID|certificate is not yet valid/, 'set the clock of this machine'],
  [/ALTNAME_INVALID|certificate's altnames/, 'check the host: the certificate is that of another one'],
  [
    /SELF_SIGNED|self-signed certificate|UNABLE_TO_|unable to (?:get|verify)/,
    {
      REST: 'if the server is yours, set NODE_EXTRA_CA_CERTS to the path of its authority',
      gRPC: 'if the server is yours, pass sslCreds: credentials.createSsl(authority)',
    },
  ],
  [
    /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|SSL_HTTP_REQUEST|does not speak TLS/,
    {
      REST: 'check the port, or begin apiEndpoint with http:// for plain text',
      gRPC: 'check the port, or pass sslCreds: credentials.createInsecure() for plain text',
    },
  ],
  [/blocks: bad port/, "use another port, or pass a 'fetch' that allows it"],
  [/expects TLS/, 'leave out sslCreds, or pass credentials.createSsl()'],
  [/does not speak HTTP\/2/, 'check the host and the port, and that no proxy is between; else use restTransport()'],
  [/Call ended without gRPC status/, 'check the host and the port: the server may not be one of gRPC'],
  [/^Received message larger/, "raise 'grpc.max_receive_message_length' in grpcOptions"],
  [browserNetworkError, "see the browser's console: CORS, the network, or a blocker"],
  [
    /ECONNRESET|EPIPE|UND_ERR_SOCKET|socket hang up|other side closed|Connection dropped/,
    {
      REST: 'the server or a proxy closed the connection; if it always does, check that the port speaks HTTP, not TLS',
      gRPC: 'the server or a proxy closed the connection; if it always does, check that the port speaks gRPC',
    },
  ],
];

/**
 * What to do about a connection that failed; undefined if nothing particular helps.
 *
 * @param text - the message, with the code of a system error if it has one.
 */
export function connectionHint(text: string, wire: Wire): string | undefined {
  const [, hint] = hints.find(([pattern]) => pattern.test(text)) ?? [];
  return typeof hint === 'object' ? hint[wire] : hint;
}

/**
 * The message of a broken connection on one line, without what only helps to debug Node: the thread and the
 * source file of an error of OpenSSL, and the frame that grpc-js puts around it.
 */
export function connectionMessage(text: string): string {
  return text
    .replace(/[\dA-F]{6,}:error:[\dA-F]+:[^:]*:[^:]*:([^:\n]+):[^\s:]+:\d+:?(?:SSL alert number \d+)?/g, '$1')
    .replace(/\. Last error: (?:Error(?: \[\w+\])?: )?/, ': ')
    .replace(/ \(\d{4}-\d\d-\d\dT[\d:.]+Z\)/, '')
    .replace(/\.?\s*Resolution note:\s*$/, '')
    .replace(/\s+/g, ' ')
    .trim();
}
