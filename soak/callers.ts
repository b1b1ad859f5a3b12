import { isLROError, jsonType, operationInfo, type OperationsClient, type WaitOptions } from '../src/index.js';
import type { VirtualClock } from '../bench/support/virtual-clock.js';
import type { Random } from '../sim/random.js';
import { nameOf, resultOf, type Service } from './service.js';

/** How the waits of a run have ended. */
export interface Endings {
  /** With the outcome of their operation, at their time limit, or with the reason of their abort. */
  outcome: number;
  timeout: number;
  abort: number;
  /** With anything else, or at another time. */
  wrong: number;
  /** What the first wrong ones ended with. */
  readonly examples: string[];
}

/** What the callers use. */
export interface CallersOptions {
  readonly clock: VirtualClock;
  readonly client: OperationsClient;
  readonly service: Service;
  readonly random: Random;
}

const info = operationInfo({ response: jsonType<number>('test.Result') });

/** Callers that each start an operation and wait for it: most to its end, some with a time limit, some until they abort. */
export class Callers {
  readonly endings: Endings = { outcome: 0, timeout: 0, abort: 0, wrong: 0, examples: [] };
  readonly #options: CallersOptions;

  constructor(options: CallersOptions) {
    this.#options = options;
  }

  get ended(): number {
    const { outcome, timeout, abort, wrong } = this.endings;
    return outcome + timeout + abort + wrong;
  }

  /** Starts an operation, and waits for it. Never rejects. */
  async wait(index: number): Promise<void> {
    const { clock, client, service, random } = this.#options;
    const startMs = clock.nowMs;
    service.start(index, random.magnitude(1000, 600_000));
    const kind = random.whole(0, 9);
    const leaveMs = random.magnitude(1000, 600_000);
    const options: WaitOptions = kind === 0 ? { totalTimeoutMs: leaveMs } : {};
    const controller = kind === 1 ? new AbortController() : undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    if (controller) {
      timer = setTimeout(() => controller.abort(reasonOf(index)), leaveMs);
      options.signal = controller.signal;
    }
    const isLeft = (): boolean => clock.nowMs === startMs + leaveMs;
    try {
      this.#add(index, await client.poller(nameOf(index), info).promise(options));
    } catch (error) {
      if (kind === 0 && isLROError(error) && error.code === 'LRO_POLLING_TIMEOUT' && isLeft()) this.endings.timeout++;
      else if (kind === 1 && error === reasonOf(index) && isLeft()) this.endings.abort++;
      else this.#addError(index, error);
    }
    clearTimeout(timer);
  }

  #add(index: number, value: unknown): void {
    const isTrue = resultOf(index) === 'response' && value === index && this.#hasEnded(index);
    if (isTrue) this.endings.outcome++;
    else this.#addWrong(index, value);
  }

  #addError(index: number, error: unknown): void {
    const isOutcome =
      isLROError(error) && error.code === 'LRO_OPERATION_FAILED' && error.status.message === String(index);
    if (isOutcome && resultOf(index) === 'error' && this.#hasEnded(index)) this.endings.outcome++;
    else this.#addWrong(index, error);
  }

  #hasEnded(index: number): boolean {
    const { clock, service } = this.#options;
    return clock.nowMs >= service.endMs(index);
  }

  #addWrong(index: number, ending: unknown): void {
    const { endings } = this;
    endings.wrong++;
    if (endings.examples.length < 10) endings.examples.push(`${nameOf(index)}: ${String(ending)}`);
  }
}

function reasonOf(index: number): string {
  return `caller ${index} left`;
}
