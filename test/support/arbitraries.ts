import type { KnownStatusDetail } from '../../src/status.js';
import { fc } from './fast-check.js';

/** All of Unicode but surrogates. As fast-check's unit 'binary', for which it makes a table of a million characters. */
export const character = fc.nat(0x10_ffff - 0x800).map(
  (index) => String.fromCodePoint(index < 0xd800 ? index : index + 0x800),
  (given) => {
    const codePoint = (given as string).codePointAt(0)!;
    return codePoint < 0xd800 ? codePoint : codePoint - 0x800;
  },
);

/** Strings of any Unicode text without lone surrogates, which UTF-8 cannot say. */
export const text = fc.string({ unit: character, maxLength: 30 });

/** Integers of 32 bits. */
export const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });

/** Maps of strings, `__proto__` and its like among the keys. */
const map = fc.dictionary(fc.oneof(text, fc.constantFrom('__proto__', 'constructor', 'toString')), text, {
  maxKeys: 4,
});

const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String);
const digits = fc.stringMatching(/^(\d{3}|\d{6}|\d{9})$/).filter((fraction) => !fraction.endsWith('000'));

/** Durations in the form that proto3 JSON writers use. */
export const duration = fc
  .tuple(fc.integer({ min: 0, max: 315_575_999_999 }), fc.option(digits), fc.boolean())
  .map(
    ([seconds, fraction, negative]) =>
      `${negative && seconds > 0 ? '-' : ''}${seconds}${fraction ? `.${fraction}` : ''}s`,
  );

const of = (name: string, fields: Record<string, fc.Arbitrary<unknown>>, optional?: string[]) =>
  fc
    .record(fields, optional && { requiredKeys: Object.keys(fields).filter((key) => !optional.includes(key)) })
    .map((json) => ({
      name,
      detail: { '@type': `type.googleapis.com/google.rpc.${name}`, ...json } as unknown as KnownStatusDetail,
    }));
const many = (fields: Record<string, fc.Arbitrary<unknown>>, optional: string[] = []) =>
  fc.array(fc.record(fields, { requiredKeys: Object.keys(fields).filter((key) => !optional.includes(key)) }), {
    maxLength: 3,
  });
const localized = { locale: text, message: text };

/** The ten types of `google/rpc/error_details.proto`, every field present, with the short name of each. */
export const details = fc.oneof(
  of('ErrorInfo', { reason: text, domain: text, metadata: map }),
  of('RetryInfo', { retryDelay: duration }),
  of('DebugInfo', { stackEntries: fc.array(text, { maxLength: 3 }), detail: text }),
  of('QuotaFailure', {
    violations: many(
      {
        subject: text,
        description: text,
        apiService: text,
        quotaMetric: text,
        quotaId: text,
        quotaDimensions: map,
        quotaValue: int64,
        futureQuotaValue: int64,
      },
      ['futureQuotaValue'],
    ),
  }),
  of('PreconditionFailure', { violations: many({ type: text, subject: text, description: text }) }),
  of('BadRequest', {
    fieldViolations: many({ field: text, description: text, reason: text, localizedMessage: fc.record(localized) }, [
      'localizedMessage',
    ]),
  }),
  of('RequestInfo', { requestId: text, servingData: text }),
  of('ResourceInfo', { resourceType: text, resourceName: text, owner: text, description: text }),
  of('Help', { links: many({ description: text, url: text }) }),
  of('LocalizedMessage', localized),
);
