import { throwInvalidArgument } from '../arguments.js';
import type { OperationsClient } from '../client.js';
import { anyInfo } from '../operation.js';
import { makeToken } from '../resume-token.js';

/** The host of a client's service, as tokens have it; empty if the transport does not know it. */
function serviceOf(client: OperationsClient): string {
  const { apiEndpoint } = client.internals.context.transport;
  return makeToken('', 0, { info: anyInfo, apiEndpoint }).apiEndpoint ?? '';
}

/** The clients of a worker, by service. */
export class ServiceClients {
  readonly #clients = new Map<string, OperationsClient>();

  /** @throws TypeError if two clients are for the same service. */
  constructor(clients: readonly OperationsClient[]) {
    for (const client of clients) {
      const service = serviceOf(client);
      if (this.#clients.has(service)) {
        throwInvalidArgument('make a worker', 'clients', 'of different services', service || 'two without an endpoint');
      }
      this.#clients.set(service, client);
    }
  }

  /**
   * The client for the operations of a service. One client alone polls also those whose service is not known, and one that
   * does not know its service all of them.
   */
  find(service: string): OperationsClient | undefined {
    const exact = this.#clients.get(service);
    if (exact || this.#clients.size > 1) return exact ?? this.#clients.get('');
    const [[only, client] = ['none']] = this.#clients;
    return service === '' || only === '' ? client : undefined;
  }
}
