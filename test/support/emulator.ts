import { afterEach, beforeEach } from '@jest/globals';
import { OperationsEmulator } from '../../src/testing/index.js';
import { waitUntil } from './wait-until.js';

type Script = Parameters<OperationsEmulator['start']>[0];

/** The emulator of the current test, and where pages reach it. */
export interface EmulatedService {
  readonly emulator: OperationsEmulator;
  /** Such as `http://127.0.0.1:40123`. */
  readonly apiEndpoint: string;
  /** The calls that it has received. */
  readonly calls: OperationsEmulator['calls'];
  /** Resolves when it has received so many calls. */
  received(count: number): Promise<void>;
}

/**
 * Starts an emulator with an HTTP server before each test of the current block, and closes it afterwards.
 *
 * @param script - an operation that it has from the beginning.
 * @param cors - whether pages of other origins may read its responses.
 */
export function useEmulator(script?: Script, { cors = true }: { cors?: boolean } = {}): EmulatedService {
  let emulator: OperationsEmulator;
  let apiEndpoint: string;
  beforeEach(async () => {
    emulator = new OperationsEmulator();
    if (script) emulator.start(script);
    apiEndpoint = `http://127.0.0.1:${await emulator.listenHttp({ cors })}`;
  });
  afterEach(() => emulator.close());
  return {
    get emulator() {
      return emulator;
    },
    get apiEndpoint() {
      return apiEndpoint;
    },
    get calls() {
      return emulator.calls;
    },
    received: (count) =>
      waitUntil(() => emulator.calls.length >= count, { seen: () => `${emulator.calls.length} of ${count} calls` }),
  };
}
