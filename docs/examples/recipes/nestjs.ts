// NestJS: one client for the application, closed when it shuts down (`app.enableShutdownHooks()`).
//
//   @Module({ providers: operationsProviders(() => grpcTransport({ apiEndpoint: 'dialogflow.googleapis.com' })),
//             exports: [OperationsClient] })
//   export class OperationsModule {}
//
//   @Injectable()
//   export class ExportService { constructor(private readonly operations: OperationsClient) {} }
import { OperationsClient, type OperationsTransport } from 'longrunning';

/** Closes the client: waits that are still pending reject with CANCELLED. */
export class OperationsShutdown {
  readonly #client: OperationsClient;

  constructor(client: OperationsClient) {
    this.#client = client;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#client.close();
  }
}

/** The providers of a module. */
export function operationsProviders(createTransport: () => OperationsTransport) {
  return [
    { provide: OperationsClient, useFactory: () => new OperationsClient({ transport: createTransport() }) },
    {
      provide: OperationsShutdown,
      useFactory: (client: OperationsClient) => new OperationsShutdown(client),
      inject: [OperationsClient],
    },
  ];
}
