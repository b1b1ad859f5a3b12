import { describe, expect, it } from '@jest/globals';
import { Code, type CodeName, type Status, type StatusDetail } from '../../src/status.js';
import { statusHint } from '../../src/transports/status-hint.js';

const type = 'type.googleapis.com/google.rpc.';
const disabled = {
  '@type': `${type}ErrorInfo`,
  reason: 'SERVICE_DISABLED',
  domain: 'googleapis.com',
  metadata: {},
} as StatusDetail;
const other = { ...disabled, reason: 'IAM_PERMISSION_DENIED' } as StatusDetail;
const help = {
  '@type': `${type}Help`,
  links: [{ description: 'Enable', url: 'https://x.test/enable' }],
} as StatusDetail;

const status = (code: Code, details: readonly StatusDetail[] = []): Status => ({ code, message: 'm', details });

const unknownName = 'check the endpoint and the region; an operation expires some time after its end';
const mayLack = 'the service may not have this method; the operation goes on';
const notTheService = 'this is not the service: check the endpoint, its version and its paths';

describe('statusHint()', () => {
  it.each<[CodeName, 'service' | 'transport', string, string]>([
    ['NOT_FOUND', 'service', 'GetOperation', unknownName],
    ['NOT_FOUND', 'service', 'WaitOperation', unknownName],
    ['NOT_FOUND', 'service', 'CancelOperation', unknownName],
    ['NOT_FOUND', 'service', 'DeleteOperation', unknownName],
    ['NOT_FOUND', 'transport', 'GetOperation', notTheService],
    ['NOT_FOUND', 'transport', 'CancelOperation', mayLack],
    ['NOT_FOUND', 'transport', 'DeleteOperation', mayLack],
    ['UNIMPLEMENTED', 'service', 'GetOperation', 'check the endpoint: the service there has no such method'],
    ['UNIMPLEMENTED', 'service', 'ListOperations', 'check the endpoint: the service there has no such method'],
    ['UNIMPLEMENTED', 'service', 'WaitOperation', 'a poller does without it'],
    ['UNIMPLEMENTED', 'service', 'CancelOperation', 'the operation goes on'],
    ['UNIMPLEMENTED', 'service', 'DeleteOperation', 'the operation goes on'],
    ['UNIMPLEMENTED', 'transport', 'GetOperation', notTheService],
    ['UNIMPLEMENTED', 'transport', 'WaitOperation', notTheService],
    ['UNIMPLEMENTED', 'transport', 'CancelOperation', mayLack],
  ])('for %s of the %s to %s says: %s', (code, origin, method, hint) => {
    expect(statusHint({ method, origin, status: status(Code[code]) })).toBe(hint);
  });

  it.each<[string, CodeName, readonly StatusDetail[], boolean | undefined, string]>([
    ['no credentials', 'UNAUTHENTICATED', [], true, "no credentials were sent: pass 'auth'"],
    ['no credentials', 'PERMISSION_DENIED', [disabled], true, "no credentials were sent: pass 'auth'"],
    ['credentials', 'UNAUTHENTICATED', [], false, 'renew the credentials, then resume the wait'],
    ['perhaps credentials', 'UNAUTHENTICATED', [], undefined, 'renew the credentials, then resume the wait'],
    [
      'credentials',
      'PERMISSION_DENIED',
      [],
      undefined,
      'check the project and the roles of the credentials, then resume the wait',
    ],
    [
      'credentials of too few roles',
      'PERMISSION_DENIED',
      [other, help],
      false,
      'check the project and the roles of the credentials, then resume the wait',
    ],
    [
      'credentials of a project without the API',
      'PERMISSION_DENIED',
      [disabled],
      false,
      'enable the API in the project of the credentials, then resume the wait',
    ],
    [
      'credentials of a project without the API, with a link',
      'PERMISSION_DENIED',
      [disabled, help],
      undefined,
      'enable the API in the project of the credentials (https://x.test/enable), then resume the wait',
    ],
  ])('for a request with %s that is %s says what to do', (_, code, details, isAnonymous, hint) => {
    const request = { method: 'GetOperation', origin: 'service', status: status(Code[code], details) } as const;
    expect(statusHint({ ...request, isAnonymous })).toBe(hint);
  });

  it('says nothing for other codes', () => {
    for (const code of [Code.UNAVAILABLE, Code.INTERNAL, Code.INVALID_ARGUMENT]) {
      expect(statusHint({ method: 'GetOperation', origin: 'service', status: status(code) })).toBeUndefined();
    }
  });
});
