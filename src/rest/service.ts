import type { OperationsMethod } from '../transport.js';
import { bindingsOf, defaultRules, type Binding, type Bindings, type HttpRule } from './http-rule.js';
import { servicesWithWait } from './services-with-wait.js';
import { predictionBindings } from './vertex-predictions.js';

/** Whether one of Google's services binds WaitOperation. Known before its table of bindings is loaded. */
export function supportsWait(service: string): boolean {
  return servicesWithWait.includes(service);
}

/**
 * The bindings of one of Google's services, from a table that is loaded by the first call. The table only adds: a name that
 * none of its bindings fits, and every name of a service or version that it lacks, has the default bindings. Only an RPC that
 * the version is known not to bind has none.
 *
 * @param httpRules - tried before those of the table.
 */
export function serviceBindings(
  service: string,
  apiVersion: string,
  httpRules: readonly HttpRule[],
): () => Promise<Bindings> {
  const given = bindingsOf(httpRules);
  const defaults = bindingsOf(defaultRules(apiVersion));
  const predictions = predictionBindings(service, apiVersion);
  let bindings: Bindings | undefined;
  return async () => {
    if (bindings) return bindings;
    const { serviceRules } = await import('./service-rules.js');
    const rules = serviceRules(service, apiVersion);
    const inTable = rules && bindingsOf(rules);
    const isBound = (method: OperationsMethod): boolean => inTable === undefined || inTable[method] !== undefined;
    return (bindings ??= joinBindings([given, predictions, inTable ?? {}, onlyMethods(defaults, isBound)]));
  };
}

/** The bindings of each method, one set after the other. */
function joinBindings(sets: readonly Bindings[]): Bindings {
  const joined: Partial<Record<OperationsMethod, readonly Binding[]>> = {};
  for (const set of sets) {
    for (const [method, bindings] of entriesOf(set)) joined[method] = [...(joined[method] ?? []), ...bindings];
  }
  return joined;
}

function onlyMethods(bindings: Bindings, isIncluded: (method: OperationsMethod) => boolean): Bindings {
  return Object.fromEntries(entriesOf(bindings).filter(([method]) => isIncluded(method)));
}

function entriesOf(bindings: Bindings): [OperationsMethod, readonly Binding[]][] {
  return Object.entries(bindings) as [OperationsMethod, readonly Binding[]][];
}
