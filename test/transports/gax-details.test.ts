import { describe, expect, it } from '@jest/globals';
import type { StatusDetail } from '../../src/index.js';
import { gaxDetails } from '../../src/transports/gax-details.js';
import { detailToAny } from '../../src/wire/details.js';

const info: StatusDetail = {
  '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
  reason: 'LATER',
  domain: 'a.com',
  metadata: { zone: 'z' },
};
const { value: bytes } = detailToAny(info);

/** A message as protobufjs decodes it: its type can encode it. */
const reflected = (fullName: unknown, encode: unknown = () => ({ finish: () => bytes })) => ({
  $type: { fullName, encode },
});

describe('gaxDetails()', () => {
  it.each([['google.rpc.ErrorInfo'], ['.google.rpc.ErrorInfo']])('reads a decoded detail of type %s', (fullName) => {
    expect(gaxDetails({ statusDetails: [reflected(fullName)] })).toEqual([info]);
  });

  it('keeps a detail of another type as bytes', () => {
    expect(gaxDetails({ statusDetails: [reflected('.x.T')] })).toEqual([
      { typeUrl: 'type.googleapis.com/x.T', value: bytes },
    ]);
  });

  it.each<[string, unknown]>([
    ['no type', {}],
    ['a type without a name', reflected(undefined)],
    ['a type that cannot encode', reflected('.x.T', 'encode')],
    ['no properties, being null', null],
    ['no properties, being absent', undefined],
    ['no properties, being a text', 'LATER'],
  ])('leaves out a detail that has %s', (_, detail) => {
    expect(gaxDetails({ statusDetails: [detail, reflected('google.rpc.ErrorInfo')] })).toEqual([info]);
  });

  it.each([[undefined], [null], ['text'], [new Error('no')], [{ statusDetails: 'text' }], [{ statusDetails: null }]])(
    'is empty for %p',
    (error) => expect(gaxDetails(error)).toEqual([]),
  );
});
