// What the processes of bench/chaos.ts share.
import type { Any } from 'longrunning';
import type { FaultProxyOptions } from '../../test/support/fault-proxy.js';

/** What a client meets. */
export interface Faults {
  readonly faults: FaultProxyOptions;
  /** The waits are divided among so many clients. */
  readonly clients: number;
  /** All connections go silent this often. */
  readonly silenceEveryMs?: number;
}

/** One run of one client. */
export interface ChaosRun extends Faults {
  readonly count: number;
  readonly durationMs: number;
  readonly limitMs: number;
}

/** The response of an operation. It has the operation's number, so that a wrong one is noticed. */
export function responseOf(id: number): Any {
  const typeUrl = `type.googleapis.com/operations/${id}`;
  return { typeUrl, value: new Uint8Array(), json: { '@type': typeUrl } };
}
