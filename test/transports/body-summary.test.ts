import { describe, expect, it } from '@jest/globals';
import { summarizeBody } from '../../src/transports/body-summary.js';
import { Redactor } from '../../src/transports/redact.js';

const summaryOf = (body: string): string => summarizeBody(503, body, new Redactor());

describe('the summary of a body that the service did not write', () => {
  it('has 200 characters of a text', () => {
    expect(summaryOf('x'.repeat(200))).toBe(`HTTP 503: ${'x'.repeat(200)}`);
    expect(summaryOf('x'.repeat(201))).toBe(`HTTP 503: ${'x'.repeat(200)}…`);
  });

  it('keeps tags in a text that is no page', () => {
    expect(summaryOf('upstream <none> refused')).toBe('HTTP 503: upstream <none> refused');
    expect(summaryOf('<html><p>upstream <none> refused')).toBe('HTTP 503 with an HTML page: upstream refused');
  });

  it('has the title in the first 10,000 characters of a page', () => {
    const page = (length: number) => `${'<html>'.padEnd(length - '<title>Down<'.length)}<title>Down</title><p>for now`;
    expect(summaryOf(page(10_000))).toBe('HTTP 503 with an HTML page: Down');
    expect(summaryOf(page(10_001))).toBe('HTTP 503 with an HTML page: Down…');
  });
});
