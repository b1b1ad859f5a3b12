import { assertNumber, assertArgument } from '../arguments.js';
import type { OperationsTransport, RawOperation } from '../transport.js';
import { ManualClock, RealClock } from './clock.js';
import type { FaultScript } from './faults.js';
import { serveGrpc, type RunningGrpcServer } from './grpc-server.js';
import { Handlers, type OperationHandler } from './handlers.js';
import { serveHttp, type ListeningServer } from './http-server.js';
import { inProcessTransport } from './in-process.js';
import { type OperationOutcome, type OperationPatch, type OperationScript } from './script.js';
import { Service, type EmulatorCall } from './service.js';

/** Options of {@link OperationsEmulator}. */
export interface EmulatorOptions {
  /**
   * The time that operations run on. `'real'` is the process's own: `performance.now()` and `setTimeout`, and so the
   * fake timers of a test runner where they are on (switch them on before the emulator is made). `'manual'` stands
   * still until {@link OperationsEmulator.advance}.
   *
   * @defaultValue `'real'`
   */
  readonly clock?: 'real' | 'manual' | undefined;
  /**
   * How long every call takes at least.
   *
   * @defaultValue 0
   */
  readonly latencyMs?: number | undefined;
  /**
   * How long WaitOperation waits at most, whatever the request says.
   *
   * @defaultValue 60000
   */
  readonly maxWaitMs?: number | undefined;
  /**
   * The most operations in a page of a list, and how many there are where the request does not say.
   *
   * @defaultValue 100
   */
  readonly maxPageSize?: number | undefined;
  /**
   * Which operations the filter of a list request lets through. It is asked only where there is a filter.
   *
   * @defaultValue all of them
   */
  readonly filter?: ((filter: string, operation: RawOperation) => boolean) | undefined;
  /**
   * What a list that asks for partial success names as unreachable.
   *
   * @defaultValue partial success is UNIMPLEMENTED
   */
  readonly unreachable?: readonly string[] | undefined;
  /**
   * Whether {@link OperationsEmulator.calls} are kept.
   *
   * @defaultValue true
   */
  readonly log?: boolean | undefined;
}

/**
 * A service with long-running operations that do what a test says: they run as long, report the progress and come to
 * the end that their scripts give, and requests about them fail as the faults give.
 *
 * There are three ways in, all to the same operations: {@link OperationsEmulator.transport | a transport} inside the
 * process, {@link OperationsEmulator.listenGrpc | a gRPC server} and {@link OperationsEmulator.listenHttp | an HTTP
 * server}, both on 127.0.0.1 only.
 *
 * @example
 * ```ts
 * await using emulator = new OperationsEmulator();
 * const { name } = emulator.start({ durationMs: 50, response: packAny(ExportAgentResponse, { agentUri: 'gs://b/o' }) });
 * emulator.injectFault({ method: 'getOperation', status: { code: Code.UNAVAILABLE } });
 *
 * await using client = new OperationsClient({ transport: emulator.transport() });
 * await client.poller(name, exportAgent).promise(); // the second request, and the first after 50 ms, give the response
 * ```
 */
export class OperationsEmulator implements AsyncDisposable {
  readonly #clock: RealClock | ManualClock;
  readonly #service: Service;
  readonly #handlers = new Handlers();
  #grpc: Promise<RunningGrpcServer> | undefined;
  #http: Promise<ListeningServer> | undefined;
  #closing: Promise<void> | undefined;

  /** @throws TypeError, RangeError for an option that makes no sense. */
  constructor(options: EmulatorOptions = {}) {
    const { clock = 'real', latencyMs = 0, maxWaitMs = 60_000, maxPageSize = 100, log = true } = options;
    const { filter = () => true, unreachable } = options;
    const act = 'make an emulator';
    assertNumber(act, 'latencyMs', latencyMs, 0);
    assertNumber(act, 'maxWaitMs', maxWaitMs, 0);
    assertNumber(act, 'maxPageSize', maxPageSize, 1);
    assertArgument(['real', 'manual'].includes(clock), act, 'clock', "'real' or 'manual'", clock);
    this.#clock = clock === 'manual' ? new ManualClock() : new RealClock();
    this.#service = new Service(this.#clock, { latencyMs, maxWaitMs, maxPageSize, filter, unreachable, log });
  }

  /** The time on the emulator's clock: milliseconds since it was made. */
  get nowMs(): number {
    return this.#clock.now();
  }

  /** The calls that came in, by all three ways, the oldest first. */
  get calls(): readonly EmulatorCall[] {
    return this.#service.calls;
  }

  /**
   * Starts an operation.
   *
   * @returns what the call that starts it would answer with.
   * @throws TypeError, RangeError for a script that makes no sense, or a name that is in use.
   */
  start(script: OperationScript): RawOperation {
    return this.#service.store.start(script);
  }

  /** The state of an operation as GetOperation would give it, without a call; undefined where that is NOT_FOUND. */
  operation(name: string): RawOperation | undefined {
    return this.#service.store.get(name);
  }

  /**
   * Changes the life of an operation.
   *
   * @returns its state after that.
   * @throws RangeError if there is no such operation.
   */
  update(name: string, patch: OperationPatch): RawOperation {
    return this.#service.store.update(name, patch);
  }

  /**
   * Ends an operation now, with a response, an error, or neither.
   *
   * @returns its state after that.
   * @throws RangeError if there is no such operation.
   */
  complete(name: string, outcome: OperationOutcome = {}): RawOperation {
    return this.#service.store.complete(name, outcome);
  }

  /**
   * Forgets an operation, without a call.
   *
   * @returns whether there was one.
   */
  delete(name: string): boolean {
    return this.#service.store.remove(name);
  }

  /**
   * Has something go wrong with calls to come. Each call is offered to the faults in the order in which they were
   * added, and at most one happens to it.
   *
   * @throws TypeError, RangeError for a fault that makes no sense.
   *
   * @example
   * ```ts
   * emulator.injectFault({ method: 'getOperation', times: 2, status: { code: Code.UNAVAILABLE }, retryAfterMs: 5000 });
   * emulator.injectFault({ method: 'getOperation', reset: true }); // what happens to the third
   * emulator.injectFault({ method: 'waitOperation', times: Infinity, status: { code: Code.UNIMPLEMENTED } });
   * ```
   */
  injectFault(injectFault: FaultScript): void {
    this.#service.faults.add(injectFault);
  }

  /** Takes back all faults that have not happened yet. */
  clearFaults(): void {
    this.#service.faults.clear();
  }

  /**
   * Moves the manual clock, stopping at everything that is due on the way, in order, so that what follows from it can
   * happen at its own time.
   *
   * @param ms - how far.
   * @throws TypeError if the clock is not manual; RangeError if `ms` is negative.
   */
  async advance(ms: number): Promise<void> {
    assertNumber('advance the clock', 'ms', ms, 0);
    if (!(this.#clock instanceof ManualClock)) {
      throw new TypeError(`Cannot advance the clock as 'clock' must be 'manual': current value is 'real'`);
    }
    // Requests and answers between two sockets take more turns than what stays inside the process.
    await this.#clock.advance(ms, this.#grpc || this.#http ? 20 : 2);
  }

  /** A transport for `OperationsClient` that stays inside the process. Its deadlines run on the emulator's clock. */
  transport(): OperationsTransport {
    return inProcessTransport(this.#service);
  }

  /**
   * Opens the gRPC server, or finds it open. It has no TLS, and answers all five RPCs of `google.longrunning.Operations`.
   *
   * @returns its port on 127.0.0.1.
   * @throws TypeError if the emulator is closed.
   */
  async listenGrpc(): Promise<number> {
    this.#checkOpen();
    return (await (this.#grpc ??= serveGrpc(this.#service, this.#handlers))).port;
  }

  /**
   * Opens the HTTP server, or finds it open. It has no TLS, and answers at `/{version}/{name}`, whatever the version:
   * GET, DELETE, `POST …:cancel`, `POST …:wait`, and a list where the name is or ends in `operations`.
   *
   * @returns its port on 127.0.0.1.
   * @throws TypeError if the emulator is closed.
   */
  async listenHttp(): Promise<number> {
    this.#checkOpen();
    return (await (this.#http ??= serveHttp(this.#service, this.#handlers))).port;
  }

  /**
   * Adds a method that starts operations, so that a generated client can be pointed at the emulator. Faults happen to it
   * and it is in the log, under its path.
   *
   * @param path - for gRPC the full name of the method. For HTTP the verb and a path as in a `google.api.http` rule, or a
   * RegExp that sees the two as they come. The last one added wins.
   * @param handler - answers its requests.
   * @throws TypeError if the path is none.
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

  /** Closes the servers, their connections, and all calls under way. Can be called more than once. */
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
    if (this.#closing) throw new TypeError('Cannot open a server as the emulator is closed');
  }
}
