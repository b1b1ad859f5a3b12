import { isObject } from '../wire/json-object.js';
import { parseJson } from './json.js';
import { ellipsis, type Redactor } from './redact.js';

// Enough for a line, and short enough for the regular expressions.
const maxSummarizedLength = 10_000;
const maxSummaryLength = 200;

/** Summarizes a body that the service did not write in one line: the title of a page, or the beginning of a text. */
export function summarizeBody(httpStatus: number, body: string, redactor: Redactor): string {
  const text = redactor.beginning(body, maxSummarizedLength);
  const isHtml = /^\s*<(?:!doctype|html|head|body)\b/i.test(text);
  const summary = ellipsis(
    onOneLine(messageIn(body, redactor) ?? (isHtml ? htmlSummary(text) : text)),
    maxSummaryLength,
  );
  if (summary === '') return `HTTP ${httpStatus} without a message`;
  return isHtml ? `HTTP ${httpStatus} with an HTML page: ${summary}` : `HTTP ${httpStatus}: ${summary}`;
}

/** The message in JSON of OAuth, of RFC 9457, of FastAPI, of Twirp and of others. */
function messageIn(body: string, redactor: Redactor): string | undefined {
  const json = parseJson(body);
  const { error_description, message, detail, msg, error } = isObject(json) ? json : {};
  const text = [error_description, message, detail, msg, error].find((value) => typeof value === 'string');
  return text && redactor.beginning(text, maxSummarizedLength);
}

function htmlSummary(html: string): string {
  const title = /<title[^>]*>([^<]+)</i.exec(html)?.[1];
  return title ?? html.replace(/<(script|style)\b[^]*?<\/\1>|<[^>]*>/gi, ' ');
}

function onOneLine(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
}
