import { describe, expect, it } from '@jest/globals';
import { operationInfo } from '../src/any.js';
import { OperationsClient } from '../src/client.js';
import { jsonType } from '../src/decoders.js';
import { anyInfo } from '../src/operation.js';
import { makeToken, readToken, type ResumeToken } from '../src/resume-token.js';
import { fc } from './support/fast-check.js';
import { name, ScriptedTransport, succeeded } from './support/scripted.js';

const info = operationInfo({ response: jsonType('test.Book'), metadata: jsonType('test.Progress') });
const context = { info, apiEndpoint: 'speech.googleapis.com:443' };
const token: ResumeToken = {
  version: 1,
  name,
  startedAtMs: 1_780_000_000_000,
  apiEndpoint: 'speech.googleapis.com',
  responseType: 'test.Book',
  metadataType: 'test.Progress',
};

/** The fields that `readToken()` returns. */
const fields = { name, startedAtMs: token.startedAtMs };

/** The message of the TypeError that `readToken()` throws. */
function rejection(value: unknown): string {
  try {
    readToken(value, context);
  } catch (error) {
    expect(error).toBeInstanceOf(TypeError);
    return (error as Error).message;
  }
  return 'no error';
}

describe('makeToken()', () => {
  it('holds a name, a time, a host without its port, and type names', () => {
    expect(makeToken(name, token.startedAtMs, context)).toEqual(token);
  });

  it('omits unknown fields', () => {
    const minimal = makeToken(name, 5, { info: anyInfo, apiEndpoint: undefined });
    expect(Object.keys(minimal)).toEqual(['version', 'name', 'startedAtMs']);
  });

  it.each([
    ['localhost:9010', 'localhost'],
    ['[::1]:50051', '[::1]'],
    ['europe-west1-speech.googleapis.com', 'europe-west1-speech.googleapis.com'],
  ])('takes the host of %s', (apiEndpoint, host) =>
    expect(makeToken(name, 5, { info: anyInfo, apiEndpoint }).apiEndpoint).toBe(host),
  );
});

describe('readToken()', () => {
  it('accepts the host in any case, and a start at the beginning of time', () => {
    const other = { ...token, apiEndpoint: 'Speech.GoogleAPIs.com', startedAtMs: 0 };
    expect(readToken(other, context)).toEqual({ name, startedAtMs: 0 });
    expect(rejection({ ...token, startedAtMs: -1 })).toContain('startedAtMs');
  });

  it('reads tokens of makeToken() after a round trip through JSON', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1 }).map((id) => `operations/x${id}`.replaceAll('/.', '/')),
        fc.nat({ max: 4e12 }),
        fc.constantFrom(info, anyInfo, operationInfo({ response: jsonType('test.Book') })),
        fc.option(fc.domain(), { nil: undefined }),
        (name, startedAtMs, info, apiEndpoint) => {
          const made = makeToken(name, startedAtMs, { info, apiEndpoint });
          expect(readToken(JSON.parse(JSON.stringify(made)), { info, apiEndpoint })).toEqual({ name, startedAtMs });
        },
      ),
    );
  });

  it('accepts another port of the same host', () => {
    expect(readToken(token, { info, apiEndpoint: 'speech.googleapis.com:8443' })).toEqual(fields);
    expect(readToken(token, { info, apiEndpoint: 'speech.googleapis.com' })).toEqual(fields);
  });

  it('does not compare a field that is unknown on one side', () => {
    expect(readToken(token, { info: anyInfo, apiEndpoint: undefined })).toEqual(fields);
    const minimal = makeToken(name, 5, { info: anyInfo, apiEndpoint: undefined });
    expect(readToken(minimal, context)).toEqual({ name, startedAtMs: 5 });
  });

  it('drops unknown fields', () => {
    const changed = { ...token, result: { secret: 1 } };
    expect(readToken(changed, context)).toEqual(fields);
    const transport = Object.assign(new ScriptedTransport([]), { apiEndpoint: context.apiEndpoint });
    expect(new OperationsClient({ transport }).resume(changed, info).toJSON()).toEqual(token);
  });

  it('rejects another host, and names both', () => {
    expect(rejection({ ...token, apiEndpoint: 'eu-speech.googleapis.com' })).toBe(
      "Cannot resume from the token as 'apiEndpoint' must be speech.googleapis.com: current value is eu-speech.googleapis.com",
    );
  });

  it('rejects other types, and names both', () => {
    expect(rejection({ ...token, responseType: 'test.Film' })).toBe(
      "Cannot resume from the token as 'responseType' must be test.Book: current value is test.Film",
    );
    expect(rejection({ ...token, metadataType: 'test.Other' })).toBe(
      "Cannot resume from the token as 'metadataType' must be test.Progress: current value is test.Other",
    );
  });

  it.each([undefined, null, 'eyJ2', 5])('rejects %j', (value) =>
    expect(rejection(value)).toBe(
      `Cannot resume from the token as 'token' must be an object: current value is ${String(value)}`,
    ),
  );

  it.each([[[]], [[token]]])('rejects the array %j', (value) =>
    expect(rejection(value)).toBe("Cannot resume from the token as 'version' must be 1: current value is undefined"),
  );

  it.each<[string, unknown[]]>([
    ['version', [undefined, null, 0, 2, '1']],
    ['name', [undefined, null, '', 5, {}, ['operations/1']]],
    ['startedAtMs', [undefined, null, '5', -1, NaN, Infinity, {}]],
    ['apiEndpoint', [null, 5, {}, ['speech.googleapis.com']]],
    ['responseType', [null, 5, {}]],
    ['metadataType', [null, false, []]],
  ])('rejects an invalid %s', (field, values) => {
    for (const value of values) {
      expect(rejection({ ...token, [field]: value })).toMatch(
        new RegExp(`^Cannot resume from the token as '${field}' must be .+: current value is `),
      );
    }
  });

  it('rejects any other JSON value of a field with a TypeError that names the field', () => {
    const field = fc.constantFrom(...(Object.keys(token) as (keyof ResumeToken)[]));
    fc.assert(
      fc.property(field, fc.jsonValue(), (key, value) => {
        const changed = JSON.parse(JSON.stringify({ ...token, [key]: value })) as ResumeToken;
        fc.pre(value !== token[key]);
        if (key === 'name' && typeof value === 'string' && value !== '') return;
        if (key === 'startedAtMs' && typeof value === 'number' && value >= 0) return;
        expect(rejection(changed)).toContain(`the token as '${key}' must be`);
      }),
      { numRuns: 500 },
    );
  });

  it('throws only TypeErrors that name a field, for any value', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.anything({ withNullPrototype: true })), (value) => {
        const message = rejection(value);
        expect(message).toMatch(/^Cannot resume from the token as '\w+' must be /);
      }),
      { numRuns: 500 },
    );
  });

  it('names the field even if its value cannot be converted to a string', () => {
    expect(rejection({ ...token, version: { toString: 1 } })).toBe(
      "Cannot resume from the token as 'version' must be 1: current value is an object",
    );
  });

  it('does not repeat a long value in full', () => {
    expect(rejection({ ...token, apiEndpoint: 'x'.repeat(10_000) }).length).toBeLessThan(400);
  });
});

describe('LROPoller.toJSON()', () => {
  it('returns a token without results that client.resume() accepts', async () => {
    const transport = Object.assign(new ScriptedTransport([succeeded]), { apiEndpoint: 'speech.googleapis.com' });
    const client = new OperationsClient({ transport });
    const types = operationInfo({ response: jsonType('test.Thing') });
    const poller = client.poller({ ...succeeded, metadata: { typeUrl: 'x/secret' } }, types);
    await poller.promise();
    const text = JSON.stringify(poller);
    expect(Object.keys(JSON.parse(text) as object)).toEqual([
      'version',
      'name',
      'startedAtMs',
      'apiEndpoint',
      'responseType',
    ]);
    expect(text).not.toContain('ok');
    expect(text).not.toContain('secret');
    const resumed = client.resume(JSON.parse(text) as ResumeToken, types);
    expect(resumed.name).toBe(name);
    expect(resumed.toJSON()).toEqual(poller.toJSON());
    await expect(resumed.promise()).resolves.toMatchObject({ ok: true });
  });
});
