import { globalHost } from '../rest/global-host.js';
import { UsageError } from './command.js';

/** One of Google's services. */
export interface ServiceVersions {
  readonly host: string;
  readonly versions: readonly string[];
}

/** Google's services whose host contains a text, sorted by host. Loads the table of services. */
export async function findServices(text: string): Promise<ServiceVersions[]> {
  const { listServices } = await import('../rest/service-rules.js');
  return listServices().filter(({ host }) => host.includes(text.toLowerCase()));
}

/**
 * The version of a service that is used without --api-version: `v1`, or the only one of a service that has no `v1`.
 *
 * @throws {@link UsageError} if there are several.
 */
export async function defaultApiVersion(service: string | undefined): Promise<string> {
  if (service === undefined) return 'v1';
  const known = globalHost(service);
  const found = (await findServices(known)).find(({ host }) => host === known);
  const versions = found?.versions ?? ['v1'];
  const [only = 'v1'] = versions;
  if (versions.includes('v1') || versions.length === 1) return versions.includes('v1') ? 'v1' : only;
  throw new UsageError(`${service} has the versions ${versions.join(', ')}: choose one with --api-version`);
}
