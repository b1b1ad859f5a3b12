import { bindingsOf, type Bindings } from './http-rule.js';

// All versions of these bind WaitOperation. A transport has the method or not before any table is loaded.
const servicesWithWait: ReadonlySet<string> = new Set(
  ['aiplatform', 'automl', 'googleads', 'run', 'translate'].map((name) => `${name}.googleapis.com`),
);

/** Whether a service of Google's binds WaitOperation. */
export function supportsWait(service: string): boolean {
  return servicesWithWait.has(service);
}

/**
 * The bindings of a service of Google's, from a table that is loaded by the first call.
 *
 * @returns a function that rejects with a TypeError, each time, if the table has no such service or version.
 */
export function serviceBindings(service: string, apiVersion: string): () => Promise<Bindings> {
  let bindings: Bindings | undefined;
  return async () => {
    if (bindings) return bindings;
    const { serviceRules } = await import('./service-rules.js');
    return (bindings ??= bindingsOf(serviceRules(service, apiVersion)));
  };
}
