import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { bindingsOf, defaultRules, type Fields, type HttpRule } from '../../src/rest/http-rule.js';
import { parsePathTemplate, type PathTemplate } from '../../src/rest/path-template.js';
import type { OperationsMethod } from '../../src/transport.js';
import { transcode, type HttpRequest } from '../../src/rest/transcode.js';

const requestOf = (rules: HttpRule[], method: OperationsMethod, fields: Fields): HttpRequest | undefined =>
  transcode(bindingsOf(rules)[method] ?? [], fields);
const byDefault = (method: OperationsMethod, fields: Fields): HttpRequest | undefined =>
  requestOf(defaultRules('v1'), method, fields);

describe('transcode() by the default rules', () => {
  it.each<[OperationsMethod, string, string]>([
    ['GetOperation', 'GET', '/v1/operations/a'],
    ['DeleteOperation', 'DELETE', '/v1/operations/a'],
    ['CancelOperation', 'POST', '/v1/operations/a:cancel'],
  ])('sends %s as %s %s', (method, verb, path) => {
    expect(byDefault(method, { name: 'operations/a' })).toMatchObject({ httpMethod: verb, path, query: '' });
  });

  it('sends an empty JSON object with a cancel and no body otherwise', () => {
    expect(byDefault('CancelOperation', { name: 'operations/a' })!.body).toBe('{}');
    expect(byDefault('GetOperation', { name: 'operations/a' })!.body).toBeUndefined();
    expect(byDefault('DeleteOperation', { name: 'operations/a' })!.body).toBeUndefined();
  });

  it.each([
    ['operations', '/v1/operations'],
    ['', '/v1/operations'],
    ['projects/p', '/v1/projects/p/operations'],
    ['projects/p/operations', '/v1/projects/p/operations'],
    ['projects/p/myoperations', '/v1/projects/p/myoperations/operations'],
  ])('lists %j at %s', (name, path) => {
    expect(byDefault('ListOperations', { name })).toEqual({ httpMethod: 'GET', path, query: '', body: undefined });
  });

  it('puts the other fields of a list into the query, encoded, without default values', () => {
    const fields = {
      name: 'operations',
      filter: 'done = true & x',
      pageSize: 10,
      pageToken: '',
      returnPartialSuccess: true,
    };
    expect(byDefault('ListOperations', fields)!.query).toBe(
      'filter=done%20%3D%20true%20%26%20x&pageSize=10&returnPartialSuccess=true',
    );
    expect(byDefault('ListOperations', { name: 'operations', pageSize: 0, returnPartialSuccess: false })!.query).toBe(
      '',
    );
  });

  it('does not bind WaitOperation', () => {
    expect(bindingsOf(defaultRules('v1')).WaitOperation).toBeUndefined();
  });
});

describe('transcode() by rules', () => {
  const selector = 'google.longrunning.Operations.WaitOperation';
  const fields = { name: 'operations/a', timeout: '30s' };

  it('puts the rest into the query without a body, and into the body with "*"', () => {
    const post = '/v1/{name=operations/*}:wait';
    expect(requestOf([{ selector, post }], 'WaitOperation', fields)).toEqual({
      httpMethod: 'POST',
      path: '/v1/operations/a:wait',
      query: 'timeout=30s',
      body: undefined,
    });
    expect(requestOf([{ selector, post, body: '*' }], 'WaitOperation', fields)).toEqual({
      httpMethod: 'POST',
      path: '/v1/operations/a:wait',
      query: '',
      body: '{"timeout":"30s"}',
    });
  });

  it('puts one field into the body, and the rest into the query', () => {
    const rule = { selector, post: '/v1/wait', body: 'time_out' };
    expect(requestOf([rule], 'WaitOperation', { name: 'a', timeOut: '30s' })).toMatchObject({
      query: 'name=a',
      body: '"30s"',
    });
  });

  it('uses the first binding that the name matches', () => {
    const rule = {
      selector: 'google.longrunning.Operations.CancelOperation',
      post: '/v1/{name=projects/*/locations/*/operations/*}:cancel',
      body: '*',
      additional_bindings: [{ post: '/v1/operations/{name=**}:cancel' }],
    };
    const cancel = (name: string): HttpRequest | undefined => requestOf([rule], 'CancelOperation', { name });
    expect(cancel('projects/p/locations/l/operations/o')).toMatchObject({
      path: '/v1/projects/p/locations/l/operations/o:cancel',
      body: '{}',
    });
    expect(cancel('123')).toMatchObject({ path: '/v1/operations/123:cancel', body: undefined });
  });

  it('sends the name as a query parameter if the path is fixed', () => {
    const rule = { selector: 'google.longrunning.Operations.ListOperations', get: '/v1/operations' };
    const list = (name: string): HttpRequest | undefined => requestOf([rule], 'ListOperations', { name, pageSize: 5 });
    expect(list('operations/a b')).toMatchObject({
      path: '/v1/operations',
      query: 'name=operations%2Fa%20b&pageSize=5',
    });
    expect(list('')).toMatchObject({ path: '/v1/operations', query: 'pageSize=5' });
  });

  it('cancels with GET if a service binds it so', () => {
    const rule = {
      selector: 'google.longrunning.Operations.CancelOperation',
      get: '/v1beta1/{name=projects/*/operations/*}:cancel',
    };
    expect(requestOf([rule], 'CancelOperation', { name: 'projects/p/operations/o' })).toEqual({
      httpMethod: 'GET',
      path: '/v1beta1/projects/p/operations/o:cancel',
      query: '',
      body: undefined,
    });
  });

  it('encodes the slashes of a name for {name}, unless another binding matches them unencoded', () => {
    const selector = 'google.longrunning.Operations.GetOperation';
    const get = (name: string, additional_bindings: HttpRule[] = []): string | undefined =>
      requestOf([{ selector, get: '/v1/jobs/{name}', additional_bindings }], 'GetOperation', { name })?.path;
    expect(get('a')).toBe('/v1/jobs/a');
    expect(get('a/b%2Fc')).toBe('/v1/jobs/a%2Fb%252Fc');
    expect(get('projects/p', [{ get: '/v1/{name=projects/*}' }])).toBe('/v1/projects/p');
    expect(get('folders/f', [{ get: '/v1/{name=projects/*}' }])).toBe('/v1/jobs/folders%2Ff');
    expect(get('')).toBeUndefined();
  });

  it('finds the fields of a path by their names in the proto', () => {
    const rule = { selector: 'google.longrunning.Operations.ListOperations', get: '/v1/{name=*}/pages/{page_token}' };
    expect(requestOf([rule], 'ListOperations', { name: 'a', pageToken: 'b/c', pageSize: 2 })).toMatchObject({
      path: '/v1/a/pages/b%2Fc',
      query: 'pageSize=2',
    });
  });

  it('is undefined if the name matches none', () => {
    const rule = { selector: 'google.longrunning.Operations.GetOperation', get: '/v1/{name=operations/*}' };
    expect(requestOf([rule], 'GetOperation', { name: 'projects/p' })).toBeUndefined();
  });
});

describe('the bindings of all Google services', () => {
  const data = new URL('../../scripts/data/lro-http-bindings.json', import.meta.url);
  type Configuration = Record<OperationsMethod, { verb: string; path: string; body?: string }[]>;
  const services = JSON.parse(readFileSync(data, 'utf8')) as Record<string, Record<string, Configuration>>;
  const all = Object.values(services)
    .flatMap((configurations) => Object.values(configurations))
    .flatMap((configuration) =>
      Object.entries(configuration).flatMap(([method, bindings]) =>
        bindings.map((binding) => ({ method: method as OperationsMethod, ...binding })),
      ),
    );

  it('are all there', () => {
    expect(all.length).toBe(3168);
  });

  it('can be parsed and written again', () => {
    const write = ({ parts, suffix }: PathTemplate): string =>
      parts
        .map((part) => `/${typeof part === 'string' ? part : `{${part.field}=${part.pattern.join('/')}}`}`)
        .join('') + (suffix === '' ? '' : `:${suffix}`);
    for (const { path } of all) expect(write(parsePathTemplate(path))).toBe(path);
  });

  it('send a matching name so that a server decodes the same name', () => {
    for (const { method, verb, path, body } of all) {
      const template = parsePathTemplate(path);
      const variable = template.parts.find((part) => typeof part !== 'string');
      const name = (variable?.pattern ?? ['x'])
        .map((part, i) => (part === '**' ? `d${i}/e%2F${i}` : part === '*' ? `a:${i}` : part))
        .join('/');
      const selector = `google.longrunning.Operations.${method}`;
      const rule = { selector, custom: { kind: verb, path }, body: verb === 'GET' ? null : body };
      const request = requestOf([rule], method, { name })!;
      const [before = '', after = ''] = path.split(/\{.*\}/);
      const sent = request.path.slice(before.length, request.path.length - after.length);
      expect(request).toMatchObject({ httpMethod: verb, body: body === undefined ? undefined : '{}' });
      expect(new URL(`https://x${request.path}`).pathname).toBe(request.path);
      if (variable === undefined) expect(request).toMatchObject({ path, query: 'name=x' });
      else expect([before, decodeURIComponent(sent)]).toEqual([request.path.slice(0, before.length), name]);
    }
  });
});
