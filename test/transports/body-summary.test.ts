import { describe, expect, it } from '@jest/globals';
import { summarizeBody } from '../../src/transports/body-summary.js';
import { Redactor } from '../../src/transports/redact.js';

const summary = (body: string): string => summarizeBody(500, body, new Redactor());
const x = (count: number): string => 'x'.repeat(count);

describe('summarizeBody()', () => {
  it.each([
    [x(200), x(200)],
    [x(201), `${x(200)}…`],
    [`  ${x(200)}\n`, x(200)],
    ['a <b>text</b> that is no page', 'a <b>text</b> that is no page'],
  ])('has 200 characters of a text at most: %#', (body, text) => expect(summary(body)).toBe(`HTTP 500: ${text}`));

  it.each([
    [10_000, 'T'],
    [10_001, 'xxx'],
  ])('finds the title of a page in its first 10,000 characters: one that ends after %i', (end, expected) => {
    const page = '<html>xxx'.padEnd(end - '<title>T<'.length, ' ') + '<title>T</title>';
    expect(summary(page.padEnd(20_000, ' ')).replace(/ .?…$/u, '')).toMatch(
      new RegExp(`^HTTP 500 with an HTML page: ${expected}`),
    );
  });
});
