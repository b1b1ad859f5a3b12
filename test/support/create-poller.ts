import {
  constantBackoff,
  jsonType,
  operationInfo,
  OperationsClient,
  type OperationsClientOptions,
  type PollingEvent,
  type PollingOptions,
  type RawOperation,
} from '../../src/index.js';
import { OperationsEmulator } from '../../src/testing/index.js';
import { name, ScriptedTransport, type ScriptedResponse, type ScriptedWait } from './scripted.js';

/** The response and the metadata of a scripted operation. */
export interface Thing {
  ok?: boolean;
  percent?: number;
  progressPercent?: number;
}
export const info = operationInfo({ response: jsonType<Thing>('test.Thing'), metadata: jsonType<Thing>('test.Thing') });

/** The response of an operation without a result. */
export const emptyResponse = { typeUrl: 'type.googleapis.com/google.protobuf.Empty' };

export const everySecond: PollingOptions = { backoff: constantBackoff(1000) };

export interface ClientSetup extends Partial<Omit<OperationsClientOptions, 'polling'>> {
  /** The client's polling options; it polls every second unless they say otherwise. */
  polling?: PollingOptions;
  /** Scripted WaitOperation responses; without them the transport has no WaitOperation. */
  waits?: ScriptedWait[];
  latencyMs?: number;
}

export interface PollerSetup extends ClientSetup {
  /** The poller's own options. */
  options?: PollingOptions;
  from?: string | RawOperation;
}

/** A client over a {@link ScriptedTransport}. `events` are the polling events of its pollers. */
function createClient(responses: ScriptedResponse[] = [], { polling, waits, latencyMs, ...rest }: ClientSetup = {}) {
  const transport = new ScriptedTransport(responses, { ...(latencyMs && { latencyMs }), ...(waits && { waits }) });
  const events: PollingEvent[] = [];
  const onEvent = (event: PollingEvent): void => void events.push(event);
  const client = new OperationsClient({ transport, ...rest, polling: { ...everySecond, onEvent, ...polling } });
  return { transport, client, events };
}

/** A poller of the scripted operation, with its client and transport. */
export function createPoller(responses: ScriptedResponse[] = [], { from = name, options, ...rest }: PollerSetup = {}) {
  const created = createClient(responses, rest);
  return { ...created, poller: created.client.poller(from, info, options) };
}

export interface EmulatorSetup extends Omit<ClientSetup, 'waits'> {
  durationMs: number;
}

/** A poller of an operation of an {@link OperationsEmulator}, which has WaitOperation. */
export function createEmulatedPoller({ durationMs, latencyMs = 0, polling, ...rest }: EmulatorSetup) {
  const emulator = new OperationsEmulator({ latencyMs });
  const events: PollingEvent[] = [];
  const onEvent = (event: PollingEvent): void => void events.push(event);
  const client = new OperationsClient({
    transport: emulator.transport(),
    ...rest,
    polling: { ...everySecond, onEvent, ...polling },
  });
  const raw = emulator.start({ durationMs, response: emptyResponse });
  const methods = (): string[] => emulator.calls.map(({ method }) => method);
  return { emulator, client, poller: client.poller(raw), raw, events, methods };
}
