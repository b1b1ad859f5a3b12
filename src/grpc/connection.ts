import type { GrpcStatus } from './failure.js';
import type { Headers } from './headers.js';

/** A way to a server. */
export interface GrpcConnection {
  /**
   * Sends one message, to which one answer is expected.
   *
   * @param headers - win over those that the connection itself sends.
   * @param leftMs - the milliseconds that are left for it, for the server to know.
   */
  send(path: string, message: Buffer, headers: Headers, leftMs: number, listener: UnaryListener): CancellableCall;
  /** Where calls are kept while they are under way. */
  readonly calls?: ActiveCalls;
}

/** As much of a call of grpc-js as is used. */
export interface CancellableCall {
  cancelWithStatus(code: number, details: string): void;
}

/** Who hears of the answer, by the names that grpc-js has for it. */
export interface UnaryListener {
  onReceiveMetadata(): void;
  onReceiveMessage(message: Buffer): void;
  /** The call is over. */
  onReceiveStatus(status: GrpcStatus): void;
}

/** A call that can be given up. */
export interface ActiveCall {
  /** Where it is among those under way; −1: it is not. */
  index: number;
  cancel(): void;
}

/** The calls under way. A list and not a Set, which would keep those that are over alive for long. */
export class ActiveCalls {
  readonly #calls: ActiveCall[] = [];

  add(call: ActiveCall): void {
    call.index = this.#calls.push(call) - 1;
  }

  delete(call: ActiveCall): void {
    if (call.index < 0) return;
    const last = this.#calls.pop() as ActiveCall;
    if (last !== call) this.#calls[(last.index = call.index)] = last;
    call.index = -1;
  }

  cancel(): void {
    for (const call of [...this.#calls]) call.cancel();
  }
}
