import type { Any } from '../any.js';
import { assertArgument, assertNumber, assertOptions } from '../arguments.js';
import type { OperationsTransport, RawOperation } from '../transport.js';
import type { EmulatorCall } from './call.js';
import { ManualClock, RealClock } from './clock.js';
import type { Fault } from './faults.js';
import { gaxOperation, gaxStub, type DecodableClass, type GaxOperation } from './gax-operation.js';
import { serveGrpc, type RunningGrpcServer } from './grpc-server.js';
import { Handlers, type OperationHandler } from './handlers.js';
import { serveHttp, type HttpServerSettings } from './http-server.js';
import { inProcessTransport } from './in-process.js';
import type { ListeningServer } from './listen.js';
import { listenHttpOptionRules, readEmulatorOptions, type EmulatorOptions, type ListenHttpOptions } from './options.js';
import type { OperationOutcome, OperationPatch, OperationScript } from './script.js';
import { Service } from './service.js';

/**
 * A service with long-running operations for tests. Scripts define the duration, the progress and the outcome of each
 * operation; faults define how requests fail.
 *
 * The same operations are available through {@link OperationsEmulator.transport | a transport} inside the process,
 * {@link OperationsEmulator.listenGrpc | a gRPC server} and {@link OperationsEmulator.listenHttp | an HTTP server}, both
 * on 127.0.0.1 only.
 *
 * @example
 * ```ts
 * await using emulator = new OperationsEmulator();
 * const { name } = emulator.start({ durationMs: 50, response: packAny(ExportAgentResponse, { agentUri: 'gs://b/o' }) });
 * emulator.injectFault({ method: 'getOperation', status: { code: Code.UNAVAILABLE } });
 *
 * await using client = new OperationsClient({ transport: emulator.transport() });
 * await client.poller(name, exportAgent).promise(); // the first poll fails and is retried
 * ```
 */
export class OperationsEmulator implements AsyncDisposable {
  readonly #clock: RealClock | ManualClock;
  readonly #service: Service;
  readonly #handlers = new Handlers();
  #grpc: Promise<RunningGrpcServer> | undefined;
  #http: Promise<ListeningServer> | undefined;
  readonly #httpSettings: HttpServerSettings = { cors: false };
  #gaxStub: Promise<object> | undefined;
  #closing: Promise<void> | undefined;

  /** @throws TypeError, RangeError if an option is invalid. */
  constructor(options: EmulatorOptions = {}) {
    const { clock, ...rules } = readEmulatorOptions(options);
    this.#clock = clock === 'manual' ? new ManualClock() : new RealClock();
    this.#service = new Service(this.#clock, rules);
  }

  /** The time on the emulator's clock: milliseconds since the emulator was created. */
  get nowMs(): number {
    return this.#clock.now();
  }

  /** The call log: all calls received, the oldest first. */
  get calls(): readonly EmulatorCall[] {
    return this.#service.calls;
  }

  /**
   * Starts an operation.
   *
   * @returns the operation, as the call that starts it would return it.
   * @throws TypeError, RangeError if an option of the script is invalid, or the name is in use.
   */
  start(script: OperationScript): RawOperation {
    return this.#service.store.start(script);
  }

  /** The operation as GetOperation would return it, without a call; undefined if GetOperation would fail with NOT_FOUND. */
  operation(name: string): RawOperation | undefined {
    return this.#service.store.get(name);
  }

  /**
   * Changes the script of an operation.
   *
   * @returns its new state.
   * @throws TypeError, RangeError if an option is invalid, or the operation does not exist.
   */
  update(name: string, patch: OperationPatch): RawOperation {
    return this.#service.store.update(name, patch);
  }

  /**
   * Completes an operation now, with a response, an error, or neither.
   *
   * @returns its new state.
   * @throws TypeError, RangeError if an option is invalid, or the operation does not exist.
   */
  complete(name: string, outcome: OperationOutcome = {}): RawOperation {
    return this.#service.store.complete(name, outcome);
  }

  /**
   * Removes an operation, without a call.
   *
   * @returns whether it existed.
   */
  delete(name: string): boolean {
    return this.#service.store.remove(name);
  }

  /**
   * Adds a fault to later calls. A call is matched against the faults in the order in which they were added; the first
   * match applies.
   *
   * @throws TypeError, RangeError if an option of the fault is invalid.
   *
   * @example
   * ```ts
   * emulator.injectFault({ method: 'getOperation', times: 2, status: { code: Code.UNAVAILABLE }, retryAfterMs: 5000 });
   * emulator.injectFault({ method: 'getOperation', reset: true }); // the third call
   * emulator.injectFault({ method: 'waitOperation', times: Infinity, status: { code: Code.UNIMPLEMENTED } });
   * ```
   */
  injectFault(fault: Fault): void {
    this.#service.faults.add(fault);
  }

  /** Removes all faults. */
  clearFaults(): void {
    this.#service.faults.clear();
  }

  /**
   * Advances the manual clock. Everything due happens in order and at its own time, and the program can react before the
   * clock moves on.
   *
   * @param ms - by how much.
   * @throws TypeError if the clock is not `'manual'`; RangeError if `ms` is negative.
   */
  async advance(ms: number): Promise<void> {
    const action = 'advance the clock';
    assertNumber(action, 'ms', ms, 0);
    assertArgument(this.#clock instanceof ManualClock, action, 'clock', "'manual'", 'real');
    // A request over a socket and its response take more turns of the event loop than a call inside the process.
    await this.#clock.advance(ms, this.#grpc || this.#http ? 20 : 2);
  }

  /** A transport for `OperationsClient` inside the process. Its deadlines use the emulator's clock. */
  transport(): OperationsTransport {
    return inProcessTransport(this.#service);
  }

  /**
   * An operation as a method of a generated `@google-cloud/*` client returns it, for tests that replace the method. It
   * needs no port: `pollerFrom()` polls it inside the process.
   *
   * @typeParam R - the response.
   * @typeParam M - the metadata.
   * @param raw - the operation, from {@link OperationsEmulator.start}.
   * @param types - the classes of response and metadata; those without a class stay undecoded.
   *
   * @example
   * ```ts
   * const operation = emulator.gaxOperation(emulator.start({ durationMs: 500, response }), { response: ExportAgentResponse });
   * jest.spyOn(agents, 'exportAgent').mockResolvedValue([operation] as never);
   * ```
   */
  gaxOperation<R = Any, M = Any>(
    raw: RawOperation,
    types: { response?: DecodableClass<R> | undefined; metadata?: DecodableClass<M> | undefined } = {},
  ): GaxOperation<R, M> {
    this.#gaxStub ??= Promise.resolve(gaxStub(this.transport()));
    return gaxOperation(this.#gaxStub, raw, types);
  }

  /**
   * Starts the gRPC server, unless it is running. It has no TLS and serves the five RPCs of
   * `google.longrunning.Operations`.
   *
   * @returns its port on 127.0.0.1.
   * @throws TypeError if the emulator is closed.
   */
  async listenGrpc(): Promise<number> {
    this.#checkOpen();
    return (await (this.#grpc ??= serveGrpc(this.#service, this.#handlers))).port;
  }

  /**
   * Starts the HTTP server, unless it is running. It has no TLS and serves `/{version}/{name}` for any version: GET,
   * DELETE, `POST …:cancel` and `POST …:wait`. A GET whose name ends in `operations` is a list.
   *
   * @param options - they also apply to a server that is running.
   * @returns its port on 127.0.0.1.
   * @throws TypeError if an option is invalid, or the emulator is closed.
   */
  async listenHttp(options: ListenHttpOptions = {}): Promise<number> {
    assertOptions('listen', options, listenHttpOptionRules);
    const { cors = this.#httpSettings.cors } = options;
    this.#checkOpen();
    this.#httpSettings.cors = cors;
    return (await (this.#http ??= serveHttp(this.#service, this.#handlers, this.#httpSettings))).port;
  }

  /**
   * Adds a method that starts operations, so that a generated client can call the emulator. Faults and the call log know
   * it by its path.
   *
   * @param path - gRPC: the full name of the method. HTTP: the HTTP method and a path template as in a `google.api.http`
   * rule, or a RegExp that is matched against the two as received. If several match, the last one added wins.
   * @param handler - handles the requests.
   * @throws TypeError if the path has none of these forms.
   *
   * @example
   * ```ts
   * const exportAgent = () => emulator.start({ durationMs: 500, response: packAny(ExportAgentResponse, { agentUri }) });
   * emulator.handle('/google.cloud.dialogflow.cx.v3.Agents/ExportAgent', exportAgent);
   * emulator.handle('POST /v3/{name=**}:export', exportAgent);
   * ```
   */
  handle(path: string | RegExp, handler: OperationHandler): void {
    this.#handlers.add(path, handler);
    void this.#grpc?.then((server) => server.update());
  }

  /** Closes the servers and their connections, and ends all calls in progress. Can be called more than once. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** The same as {@link OperationsEmulator.close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    this.#service.close();
    await (await this.#grpc)?.close();
    await (await this.#http)?.close();
  }

  #checkOpen(): void {
    if (this.#closing) throw new TypeError('Cannot start a server as the emulator is closed');
  }
}
