import { bindingsOf, type Bindings } from './http-rule.js';
import { servicesWithWait } from './services-with-wait.js';

/** Whether one of Google's services binds WaitOperation. Known before its table of bindings is loaded. */
export function supportsWait(service: string): boolean {
  return servicesWithWait.includes(service);
}

/**
 * The bindings of one of Google's services, from a table that is loaded by the first call.
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
