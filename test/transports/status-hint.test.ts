import { describe, expect, it } from '@jest/globals';
import type { OperationsTransport, RequestError } from '../../src/index.js';
import { restTransport } from '../../src/rest/index.js';
import { fetchOf, type Reply } from '../support/http-ways.js';

const name = 'operations/a';
const httpRules = [
  { selector: 'google.longrunning.Operations.WaitOperation', post: '/v1/{name=**}:wait', body: '*' },
  { selector: 'google.longrunning.Operations.GetOperation', get: '/v1/{name=**}' },
  { selector: 'google.longrunning.Operations.CancelOperation', post: '/v1/{name=**}:cancel', body: '*' },
  { selector: 'google.longrunning.Operations.DeleteOperation', delete: '/v1/{name=**}' },
];

type Method = 'getOperation' | 'waitOperation' | 'cancelOperation' | 'deleteOperation';

async function messageOf(method: Method, reply: Reply, auth?: () => Record<string, string>): Promise<string> {
  const transport = restTransport({ apiEndpoint: 'h.test', fetch: fetchOf(reply), httpRules, auth });
  const send = (transport as Required<OperationsTransport>)[method] as (...args: unknown[]) => Promise<unknown>;
  return send({ name, timeoutMs: 1000 }, {}).then(
    () => Promise.reject(new Error('it succeeded')),
    (error: unknown) => (error as RequestError).message,
  );
}

const auth = () => ({ authorization: 'Bearer abc' });
const fromService = (http: number, status: string, details: object[] = []): Reply => [
  http,
  { error: { code: http, status, message: 'No.', details } },
];
const detail = (type: string, fields: object) => ({ '@type': `type.googleapis.com/google.rpc.${type}`, ...fields });
const errorInfo = (reason: string) => detail('ErrorInfo', { reason, domain: 'googleapis.com' });
const help = detail('Help', { links: [{ description: 'Enable', url: 'https://h.test/enable' }, { url: 'https://b' }] });

describe('the message of a failed request says what to do about', () => {
  it.each([
    ['UNAUTHENTICATED', 401, 'renew the credentials, then resume the wait'],
    ['PERMISSION_DENIED', 403, 'check the project and the roles of the credentials, then resume the wait'],
  ])('%s: with credentials and without', async (status, http, hint) => {
    const failure = `GetOperation of '${name}' failed: ${status}: No; `;
    expect(await messageOf('getOperation', fromService(http, status), auth)).toBe(failure + hint);
    expect(await messageOf('getOperation', fromService(http, status))).toBe(
      `${failure}no credentials were sent: pass 'auth'`,
    );
  });

  it.each([
    ['with a link', [errorInfo('SERVICE_DISABLED'), help], ' (https://h.test/enable)'],
    ['without a link', [errorInfo('SERVICE_DISABLED')], ''],
    ['with help that has no link', [errorInfo('SERVICE_DISABLED'), detail('Help', { links: [] })], ''],
  ])('a disabled service, %s', async (_, details, link) => {
    expect(await messageOf('getOperation', fromService(403, 'PERMISSION_DENIED', details), auth)).toContain(
      `; enable the API in the project of the credentials${link}, then resume the wait`,
    );
  });

  it('another reason for a permission that is denied: the project and the roles', async () => {
    const details = [errorInfo('IAM_PERMISSION_DENIED'), help];
    expect(await messageOf('getOperation', fromService(403, 'PERMISSION_DENIED', details), auth)).toContain(
      '; check the project and the roles of the credentials, then resume the wait',
    );
  });

  const unknownName = 'check the endpoint and the region; an operation expires some time after its end';
  const otherServer = 'this is not the service: check the endpoint, its version and its paths';
  const perhapsNoMethod = 'the service may not have this method; the operation goes on';
  const page = '<html><title>Not here</title></html>';
  it.each<[Method, string, Reply, string]>([
    ['getOperation', 'NOT_FOUND of the service', fromService(404, 'NOT_FOUND'), unknownName],
    ['waitOperation', 'NOT_FOUND of the service', fromService(404, 'NOT_FOUND'), unknownName],
    ['cancelOperation', 'NOT_FOUND of the service', fromService(404, 'NOT_FOUND'), unknownName],
    ['deleteOperation', 'NOT_FOUND of the service', fromService(404, 'NOT_FOUND'), unknownName],
    ['getOperation', 'a page with 404', [404, page], otherServer],
    ['waitOperation', 'a page with 501', [501, page], otherServer],
    ['cancelOperation', 'a page with 404', [404, page], perhapsNoMethod],
    ['deleteOperation', 'a page with 501', [501, page], perhapsNoMethod],
    [
      'getOperation',
      'UNIMPLEMENTED of the service',
      fromService(501, 'UNIMPLEMENTED'),
      'check the endpoint: the service there has no such method',
    ],
    ['waitOperation', 'UNIMPLEMENTED of the service', fromService(501, 'UNIMPLEMENTED'), 'a poller does without it'],
    ['cancelOperation', 'UNIMPLEMENTED of the service', fromService(501, 'UNIMPLEMENTED'), 'the operation goes on'],
    ['deleteOperation', 'UNIMPLEMENTED of the service', fromService(501, 'UNIMPLEMENTED'), 'the operation goes on'],
  ])('%s with %s', async (method, _, reply, hint) => {
    const message = await messageOf(method, reply, auth);
    expect(message.slice(message.indexOf('; ') + 2)).toBe(hint);
  });

  it('no other status: its message must suffice', async () => {
    const reply = fromService(400, 'FAILED_PRECONDITION');
    expect(await messageOf('getOperation', reply, auth)).toBe(
      `GetOperation of '${name}' failed: FAILED_PRECONDITION: No.`,
    );
  });
});
