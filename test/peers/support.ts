import { OperationsClient } from '../../src/index.js';
import { restTransport } from '../../src/rest/index.js';
import { everySecond, info } from '../support/create-poller.js';
import { name } from '../support/scripted.js';
import { useVirtualTime, track } from '../support/virtual-time.js';

/** A poller over HTTP. Each GET returns the next of these responses; the last one is repeated. */
export function createHttpPoller(
  responses: { status?: number; headers?: Record<string, string>; body: object | string }[],
) {
  const times: number[] = [];
  const transport = restTransport({
    apiEndpoint: 'service.invalid',
    fetch: () => {
      times.push(performance.now());
      const { status = 200, headers = {}, body } = responses.length > 1 ? responses.shift()! : responses[0]!;
      return Promise.resolve(new Response(typeof body === 'string' ? body : JSON.stringify(body), { status, headers }));
    },
  });
  const client = new OperationsClient({ transport });
  return { client, poller: client.poller(name, info, everySecond), times: () => times.map((ms) => ms - times[0]!) };
}
export const runningJson = { name };
export const succeededJson = { name, done: true, response: { '@type': 'type.googleapis.com/test.Thing', ok: true } };

export const advance = useVirtualTime();

/** Advances the time, and returns the state of a promise after it. */
export async function trackFor<T>(ms: number, promise: Promise<T>): Promise<ReturnType<typeof track<T>>> {
  const seen = track(promise);
  await advance(ms);
  return seen;
}
