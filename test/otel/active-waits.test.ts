import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { expect, it } from '@jest/globals';
import { ActiveWaits } from '../../src/otel/active-waits.js';
import type { WaitSpan } from '../../src/otel/wait-span.js';

/** A wait with a span of this id; without an id, one without a span. */
function waitOf(spanId?: number): WaitSpan {
  const context =
    spanId === undefined
      ? ROOT_CONTEXT
      : trace.setSpanContext(ROOT_CONTEXT, {
          traceId: '1'.repeat(32),
          spanId: String(spanId).padStart(16, '0'),
          traceFlags: 1,
        });
  return { context } as Partial<WaitSpan> as WaitSpan;
}

it('waits are found by their operation until they end', () => {
  const waits = new ActiveWaits();
  const [a, b] = [waitOf(1), waitOf(2)];
  waits.add('p/operations/1', a);
  waits.add('p/operations/1', b);
  expect(waits.of('p/operations/1')).toEqual([a, b]);
  waits.delete('p/operations/1', a);
  waits.delete('p/operations/2', a);
  expect(waits.of('p/operations/1')).toEqual([b]);
  waits.delete('p/operations/1', b);
  expect(waits.of('p/operations/1')).toEqual([]);
});

it('a list has the first wait below its collection as its parent, and links to the others that have a span', () => {
  const waits = new ActiveWaits();
  const [first, second, without] = [waitOf(1), waitOf(2), waitOf()];
  waits.add('q/operations/1', waitOf(9));
  waits.add('p/operations/1', first);
  waits.add('p/operations/2', without);
  waits.add('p/operations/3', second);
  const links = [{ context: trace.getSpanContext(second.context) }];
  expect(waits.under('p')).toEqual({ first, links });
  expect(waits.under('').first).toBe(waits.of('q/operations/1')[0]);
  expect(waits.under('r')).toEqual({ first: undefined, links: [] });
});

it('a list has 128 links at most', () => {
  const waits = new ActiveWaits();
  for (let i = 1; i <= 200; i++) waits.add(`p/operations/${i}`, waitOf(i));
  expect(waits.under('p').links).toHaveLength(128);
});
