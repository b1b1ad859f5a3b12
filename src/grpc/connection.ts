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
  send(path: string, message: Buffer, headers: Headers, leftMs: number, listener: UnaryListener): UnaryStream;
  /** Where calls are kept while they are under way. */
  readonly calls?: CallsUnderWay;
}

/** As much of a call of grpc-js as is used. */
export interface UnaryStream {
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
export interface CallUnderWay {
  /** Where it is among those under way; −1: it is not. */
  place: number;
  cancel(): void;
}

/** The calls under way. A list and not a Set, which would keep those that are over alive for long. */
export class CallsUnderWay {
  readonly #calls: CallUnderWay[] = [];

  add(call: CallUnderWay): void {
    call.place = this.#calls.push(call) - 1;
  }

  delete(call: CallUnderWay): void {
    if (call.place < 0) return;
    const last = this.#calls.pop() as CallUnderWay;
    if (last !== call) this.#calls[(last.place = call.place)] = last;
    call.place = -1;
  }

  cancel(): void {
    for (const call of [...this.#calls]) call.cancel();
  }
}
