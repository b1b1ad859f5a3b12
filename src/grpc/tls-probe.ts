import { connect } from 'node:tls';

const probeTimeoutMs = 2000;

/**
 * Whether a server completes a TLS handshake. Such a server closes a plain-text connection without saying why, just as a
 * proxy does that has no server yet. No request and no credential is sent, so the certificate does not matter.
 */
export function speaksTls(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, rejectUnauthorized: false, ALPNProtocols: ['h2'] });
    const finish = (isTls: boolean): void => {
      resolve(isTls);
      socket.destroy();
    };
    socket.once('secureConnect', () => finish(true));
    // An alert in response, such as "certificate required", is TLS as well.
    socket.once('error', (error: Error) => finish(/ssl.* alert /i.test(error.message)));
    socket.once('close', () => finish(false));
    socket.setTimeout(probeTimeoutMs, () => finish(false));
    socket.unref();
  });
}
