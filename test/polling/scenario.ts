import { expect } from '@jest/globals';
import {
  jsonType,
  operationInfo,
  OperationsClient,
  type Any,
  type AnyDecoder,
  type PollingOptions,
  type RawOperation,
} from '../../src/index.js';
import { AgedService } from '../support/aged-service.js';
import { running, succeeded } from '../support/scripted.js';
import { useVirtualTime, track } from '../support/virtual-time.js';

export const advance = useVirtualTime();
export const [minute, hour, year] = [60_000, 3_600_000, 365 * 86_400_000];

/** Decodes metadata to `message`, as a decoder for gRPC does. */
export const decodedAs = (message: (any: Any) => unknown): AnyDecoder<unknown> => ({
  decode: (any) => message(any ?? { typeUrl: '' }),
});

export interface Scenario {
  readonly durationMs: number;
  readonly metadata?: (ageMs: number, request: number) => Any | undefined;
  readonly decoder?: AnyDecoder<unknown>;
  readonly polling?: PollingOptions<never>;
}

/** Waits for an operation from its start to its completion. `delayMs` is how late the poller saw it. */
export async function runScenario({ durationMs, metadata, decoder, polling }: Scenario) {
  const state = (ageMs: number, request: number): RawOperation => {
    const current = metadata?.(ageMs, request);
    return { ...(ageMs < durationMs ? running : succeeded), ...(current && { metadata: current }) };
  };
  const service = new AgedService(state);
  const client = new OperationsClient({ transport: service });
  const info = operationInfo<unknown, unknown>({
    response: jsonType(),
    ...(decoder && { metadata: decoder }),
  });
  const seen = track(client.poller(state(0, 0), info, polling as PollingOptions).promise());
  await advance(durationMs * 1.5 + 2 * minute);
  expect(seen.value).toBeDefined();
  return { ages: service.ages, gaps: service.gaps, delayMs: service.ages.at(-1)! - durationMs };
}

/** Waits for a time for an operation that does not complete. */
export async function observe(
  durationMs: number,
  metadata: Any,
  decoder?: AnyDecoder<unknown>,
  polling?: PollingOptions,
) {
  const service = new AgedService(() => ({ ...running, metadata }));
  const client = new OperationsClient({ transport: service });
  const info = operationInfo<unknown, unknown>({ response: jsonType(), ...(decoder && { metadata: decoder }) });
  const controller = new AbortController();
  const seen = track(client.poller({ ...running, metadata }, info, polling).promise({ signal: controller.signal }));
  await advance(durationMs);
  controller.abort('enough');
  await advance(0);
  expect(seen.error).toBe('enough');
  return service;
}

/** The maximum delay of the default schedule without a progress figure. */
export const latestMs = (durationMs: number): number =>
  Math.max(1600, Math.min(0.35 * durationMs, Math.sqrt(1000 * durationMs), 60_500));
