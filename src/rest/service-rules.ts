import type { HttpBinding, HttpRule } from './http-rule.js';
import { serviceTable } from './service-table.js';

const selectors: Readonly<Record<string, string>> = {
  get: 'GetOperation',
  list: 'ListOperations',
  cancel: 'CancelOperation',
  delete: 'DeleteOperation',
  wait: 'WaitOperation',
};
const verbs: Readonly<Record<string, string>> = { cancel: 'POST', delete: 'DELETE', wait: 'POST' };
const suffixes: Readonly<Record<string, string>> = { cancel: ':cancel', wait: ':wait' };

/**
 * The rules of one of Google's services for `google.longrunning.Operations`, as its yaml has them.
 *
 * @param service - its host, such as `dialogflow.googleapis.com`.
 * @param apiVersion - its version, such as `v3`.
 * @throws TypeError if the table has no such service or version; it names the versions that there are.
 */
export function serviceRules(service: string, apiVersion: string): HttpRule[] {
  const versions = versionsOf(service);
  const lines = versions.get(apiVersion);
  if (lines === undefined) {
    const [option, rule, value] =
      versions.size === 0
        ? ['service', "the global host of one with built-in bindings (for others, give 'httpRules')", service]
        : ['apiVersion', `one of ${[...versions.keys()].sort().join(', ')} for ${service}`, apiVersion];
    throw new TypeError(`Cannot use a service as '${option}' must be ${rule}: current value is '${value}'`);
  }
  const bindings: Record<string, HttpBinding[]> = {};
  for (const line of lines) {
    const words = line.trim().split(' ');
    const template = words.at(-1)?.replace('/$v/', `/${apiVersion}/`) ?? '';
    for (const word of words.slice(0, -1)) {
      const [, method = '', verb, body] = /^(\w+)(?:\((\w+)\))?(\*)?$/.exec(word) ?? [];
      const kind = verb ?? verbs[method] ?? 'GET';
      const path = `${template}${suffixes[method] ?? ''}`;
      (bindings[method] ??= []).push({ custom: { kind, path }, body });
    }
  }
  return Object.entries(bindings).map(([method, [first, ...additionalBindings]]) => ({
    selector: `google.longrunning.Operations.${selectors[method]}`,
    ...first,
    additionalBindings,
  }));
}

/** The versions of a service, each with its lines of the table. */
function versionsOf(service: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const paragraph of serviceTable.split('\n\n')) {
    const lines = paragraph.split('\n');
    const bindings = lines.filter((line) => line.startsWith(' '));
    const heads = lines.slice(0, -bindings.length).join(' ').split(', ');
    for (const head of heads) {
      const [name, ...versions] = head.split(' ');
      if (`${name}.googleapis.com` !== service) continue;
      for (const version of versions) found.set(version, bindings);
    }
  }
  return found;
}
