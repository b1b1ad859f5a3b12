import { expect, it } from '@jest/globals';
import { statusHints, statusText } from '../../src/cli/outcome.js';
import { anyToJson, jsonInfo } from '../../src/cli/types.js';
import { Code, type Status, type StatusDetail } from '../../src/index.js';

const status = (...details: StatusDetail[]): Status => ({ code: Code.INVALID_ARGUMENT, message: 'no zone', details });
const detail = (type: string, fields: object): StatusDetail =>
  ({ '@type': `type.googleapis.com/google.rpc.${type}`, ...fields }) as StatusDetail;

it('a status is a line, with the reason if there is one', () => {
  expect(statusText(status())).toBe('INVALID_ARGUMENT: no zone');
  const info = detail('ErrorInfo', { reason: 'ZONE_MISSING', domain: 'example.com', metadata: {} });
  expect(statusText(status(info))).toBe('INVALID_ARGUMENT: no zone (ZONE_MISSING, example.com)');
});

it('its hints are a line each', () => {
  expect(statusHints(status())).toEqual([]);
  const hints = statusHints(
    status(
      detail('LocalizedMessage', { locale: 'en', message: 'Choose a zone.' }),
      detail('BadRequest', { fieldViolations: [{ field: 'zone', description: 'is missing' }] }),
      detail('Help', { links: [{ description: 'Zones', url: 'https://example.com/zones' }] }),
    ),
  );
  expect(hints).toEqual(['Choose a zone.', 'zone: is missing', 'Zones: https://example.com/zones']);
});

it('an Any that is absent, or has no type, has its content', () => {
  const { response } = jsonInfo();
  expect(response.decode(undefined as never)).toEqual({});
  expect(response.decode({ typeUrl: '' })).toEqual({});
  expect(response.decode({ typeUrl: 'a/test.Other' })).toBe('');
  expect(anyToJson(undefined, { a: 1 })).toEqual({ a: 1 });
  expect(anyToJson({ typeUrl: '' }, {})).toEqual({});
  expect(anyToJson({ typeUrl: 'a/test.Other' }, 'AQ==')).toEqual({ '@type': 'a/test.Other', value: 'AQ==' });
  expect(anyToJson({ typeUrl: 'a/test.Other' }, { a: 1 })).toEqual({ '@type': 'a/test.Other', a: 1 });
  expect(anyToJson({ typeUrl: 'a/b', json: { '@type': 'a/b' } }, {})).toEqual({ '@type': 'a/b' });
});
