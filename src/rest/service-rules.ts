import type { HttpBinding, HttpRule } from './http-rule.js';
import { serviceTable } from './service-table.js';
import type { Run } from './service-table-format.js';

/**
 * The HTTP rules of one of Google's services for `google.longrunning.Operations`.
 *
 * @param service - its host, such as `dialogflow.googleapis.com`.
 * @param apiVersion - its version, such as `v3`.
 * @throws TypeError if the table has no such service or version. The message names the versions of the service.
 */
export function serviceRules(service: string, apiVersion: string): HttpRule[] {
  const versions = versionsOf(service);
  const index = versions.get(apiVersion);
  const set = index === undefined ? undefined : serviceTable.sets[index];
  if (set === undefined) throwUnknown(service, apiVersion, [...versions.keys()]);
  const bindings = new Map<string, HttpBinding[]>();
  for (const { name, method, verb, suffix, body } of serviceTable.kinds) {
    const ofKind = pathsOf(set[name] ?? []).map((path) => ({
      custom: { kind: verb, path: `${path.replace('$v', apiVersion)}${suffix}` },
      body,
    }));
    bindings.set(method, [...(bindings.get(method) ?? []), ...ofKind]);
  }
  return [...bindings].flatMap(([method, [first, ...additionalBindings]]) =>
    first ? [{ selector: `google.longrunning.Operations.${method}`, ...first, additionalBindings }] : [],
  );
}

/** The versions of a service, each with the index of its set of bindings. */
function versionsOf(service: string): Map<string, number> {
  const { services } = serviceTable;
  const name = service.replace(/\.googleapis\.com$/, '');
  return new Map(name !== service && Object.hasOwn(services, name) ? Object.entries(services[name] ?? {}) : []);
}

function pathsOf(runs: readonly Run[]): string[] {
  return runs.flatMap((run) => {
    const [first, last] = typeof run === 'number' ? [run, run] : run;
    return serviceTable.paths.slice(first, last + 1);
  });
}

function throwUnknown(service: string, apiVersion: string, versions: readonly string[]): never {
  const [option, rule, value] =
    versions.length === 0
      ? ['service', "the global host of one with built-in bindings (for others, give 'httpRules')", service]
      : ['apiVersion', `one of ${versions.join(', ')} for ${service}`, apiVersion];
  throw new TypeError(`Cannot use a service as '${option}' must be ${rule}: current value is '${value}'`);
}
