import { describe, expect, it } from '@jest/globals';
import gax from 'google-gax';
import { Code, codeName, findDetail, toCode, type Status } from '../src/status.js';
import { fc } from './support/fast-check.js';

const status: Status = {
  code: Code.RESOURCE_EXHAUSTED,
  message: 'quota',
  details: [
    { typeUrl: 'type.googleapis.com/util.StatusProto', value: new Uint8Array([8, 5]) },
    { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'FIRST', domain: 'd', metadata: {} },
    { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'SECOND', domain: 'd', metadata: {} },
    { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '53s' },
  ],
};

describe('Code', () => {
  it("is google.rpc.Code, which is gRPC's", () => {
    const root = new gax.GoogleProtoFilesRoot().loadSync('google/rpc/code.proto');
    expect(Code).toEqual(root.lookupEnum('google.rpc.Code').values);
    for (const [name, code] of Object.entries(Code)) expect(gax.grpc.status[name as never]).toBe(code);
  });
});

describe('codeName()', () => {
  it('returns the name of each code', () => {
    for (const [name, code] of Object.entries(Code)) expect(codeName(code)).toBe(name);
  });

  it.each([17, -1, 1.5, NaN, Infinity])('returns UNKNOWN for %p', (code) => expect(codeName(code)).toBe('UNKNOWN'));
});

describe('toCode()', () => {
  it.each(['5', 'length', { toString: '' }, [5], null])('converts %j to UNKNOWN', (value) => {
    expect(toCode(value as never)).toBe(Code.UNKNOWN);
  });

  it('keeps the seventeen codes and converts any other value to UNKNOWN', () => {
    fc.assert(
      fc.property(fc.oneof(fc.integer({ min: -20, max: 40 }), fc.double(), fc.anything()), (value) => {
        const known = (Object.values(Code) as unknown[]).some((code) => code === value);
        expect(toCode(value as number)).toBe(known ? value : Code.UNKNOWN);
      }),
    );
  });
});

describe('findDetail()', () => {
  it('finds the first detail of a type', () => {
    expect(findDetail(status, 'ErrorInfo')?.reason).toBe('FIRST');
    expect(findDetail(status, 'RetryInfo')?.retryDelay).toBe('53s');
  });

  it('returns undefined if there is no such detail', () => {
    expect(findDetail(status, 'Help')).toBeUndefined();
    expect(findDetail({ ...status, details: [] }, 'ErrorInfo')).toBeUndefined();
  });

  it('ignores an Any that could not be decoded', () => {
    const details = [{ typeUrl: 'type.googleapis.com/google.rpc.ErrorInfo', value: new Uint8Array([255]) }];
    expect(findDetail({ ...status, details }, 'ErrorInfo')).toBeUndefined();
  });
});
