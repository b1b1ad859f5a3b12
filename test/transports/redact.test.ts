import { describe, expect, it } from '@jest/globals';
import { Redactor } from '../../src/transports/redact.js';
import { isCredential, secretValues } from '../../src/transports/secrets.js';

describe('isCredential()', () => {
  it('recognizes credentials by the names of headers', () => {
    const yes = [
      'authorization',
      'proxy-authorization',
      'cookie',
      'x-goog-api-key',
      'x-goog-other-key',
      'x-api-key',
      'x-auth-token',
      'x-client-secret',
    ];
    const no = [
      'accept',
      'x-goog-request-params',
      'x-goog-user-project',
      'x-idempotency-key',
      'x-monkey',
      'user-agent',
    ];
    expect([...yes, ...no].filter(isCredential)).toEqual(yes);
  });
});

describe('Redactor', () => {
  it('replaces credentials with and without their scheme, but neither the quota project nor other headers', () => {
    const headers = {
      authorization: 'Bearer hunter2',
      'x-badge': 'b4dge',
      'x-goog-user-project': 'billed',
      accept: 'json',
    };
    const secrets = secretValues(headers, ['x-badge', 'x-goog-user-project']);
    expect(new Redactor(() => secrets).text('hunter2, Bearer hunter2, b4dge, billed, json')).toBe(
      '***, ***, ***, billed, json',
    );
  });
});
