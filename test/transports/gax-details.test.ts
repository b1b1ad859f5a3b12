import { describe, expect, it } from '@jest/globals';
import { gaxDetails } from '../../src/transports/gax-details.js';

const bytes = Buffer.from('\n\u0005LATER\u0012\u0005a.com');
const message = { $type: { fullName: '.google.rpc.ErrorInfo', encode: () => ({ finish: () => bytes }) } };
const detail = { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'LATER', domain: 'a.com', metadata: {} };

describe('gaxDetails()', () => {
  it.each<[string, unknown, readonly object[]]>([
    ['messages', { statusDetails: [message] }, [detail]],
    ['other things among them', { statusDetails: [null, undefined, 5, {}, message] }, [detail]],
    ['a type without a name', { statusDetails: [{ $type: { encode: message.$type.encode } }] }, []],
    ['a type that cannot encode', { statusDetails: [{ $type: { fullName: '.a.B' } }] }, []],
    ['what is no array', { statusDetails: { 0: message } }, []],
    ['none', {}, []],
    ['no error', undefined, []],
  ])('reads %s', (_, error, expected) => expect(gaxDetails(error)).toEqual(expected));
});
