import type { HttpBinding, HttpRule } from './http-rule.js';
import { serviceTable } from './service-table.js';
import type { Run } from './service-table-format.js';

/**
 * The HTTP rules of one of Google's services for `google.longrunning.Operations`.
 *
 * @param service - its host, such as `dialogflow.googleapis.com`.
 * @param apiVersion - its version, such as `v3`.
 * @returns undefined if the table has no such service or version.
 */
export function serviceRules(service: string, apiVersion: string): HttpRule[] | undefined {
  const index = versionsOf(service).get(apiVersion);
  const set = index === undefined ? undefined : serviceTable.sets[index];
  if (set === undefined) return undefined;
  const bindings = new Map<string, HttpBinding[]>();
  for (const { name, method, verb, suffix, body } of serviceTable.kinds) {
    const ofKind = publicFirst(pathsOf(set[name] ?? [])).map((path) => ({
      custom: { kind: verb, path: `${path.replace('$v', apiVersion)}${suffix}` },
      body,
    }));
    bindings.set(method, [...(bindings.get(method) ?? []), ...ofKind]);
  }
  return [...bindings].flatMap(([method, [first, ...additionalBindings]]) =>
    first ? [{ selector: `google.longrunning.Operations.${method}`, ...first, additionalBindings }] : [],
  );
}

/** The services of the table and their versions, sorted by host. */
export function listServices(): { readonly host: string; readonly versions: readonly string[] }[] {
  return Object.entries(serviceTable.services).map(([name, versions]) => ({
    host: `${name}.googleapis.com`,
    versions: Object.keys(versions),
  }));
}

/** The versions of a service, each with the index of its set of bindings. */
function versionsOf(service: string): Map<string, number> {
  const { services } = serviceTable;
  const name = service.replace(/\.googleapis\.com$/, '');
  return new Map(name !== service && Object.hasOwn(services, name) ? Object.entries(services[name] ?? {}) : []);
}

/** Vertex AI binds most names by `/ui/…` first, which is in no public reference: its other paths are preferred. */
function publicFirst(paths: readonly string[]): string[] {
  const isPublic = (path: string): boolean => !path.startsWith('/ui/');
  return [...paths.filter(isPublic), ...paths.filter((path) => !isPublic(path))];
}

function pathsOf(runs: readonly Run[]): string[] {
  return runs.flatMap((run) => {
    const [first, last] = typeof run === 'number' ? [run, run] : run;
    return serviceTable.paths.slice(first, last + 1);
  });
}
