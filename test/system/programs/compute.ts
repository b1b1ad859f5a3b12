// Compute Engine by @google-cloud/compute, whose operations have a `status` and a list of errors. The client's own method
// for the state retries by itself, and its errors lack the headers: its credentials send the requests.
import { waitFor } from '../../../src/wait-for/index.js';
import { loadPackage } from './load-package.js';
import type { Program, RunOptions } from './program.js';

// As @google-cloud/compute declares them.
interface Operation {
  name?: string | null;
  status?: 'DONE' | 'PENDING' | 'RUNNING' | 'UNDEFINED_STATUS' | number | null;
  targetLink?: string | null;
  error?: { errors?: { code?: string | null; message?: string | null }[] | null } | null;
}
interface InstancesClient {
  readonly auth: { request(options: { url: string; signal: AbortSignal }): Promise<{ data: Operation }> };
  insert(request: object): Promise<[{ latestResponse: { name: string } }, object | undefined, object | undefined]>;
}
interface Package {
  InstancesClient: new (options: object) => InstancesClient;
}
interface AuthPackage {
  OAuth2Client: new () => { setCredentials(credentials: object): void };
}

const project = 'p';
const zone = 'z';
const request = { project, zone, instanceResource: { name: 'i' } };

async function insertInstance(
  instances: InstancesClient,
  origin: string,
  options: RunOptions,
): Promise<string | null | undefined> {
  const getOperation = async (name: string, signal: AbortSignal) => {
    const url = `${origin}/compute/v1/projects/${project}/zones/${zone}/operations/${name}`;
    return (await instances.auth.request({ url, signal })).data;
  };
  // prettier-ignore
  // #region wait
  const operation = await waitFor(({ name }, { signal }) => getOperation(name, signal),
    () => instances.insert(request).then(([{ latestResponse }]) => latestResponse.name), options);
  // #endregion wait
  return operation.targetLink;
}

const name = 'operation-7';
const site = 'https://www.googleapis.com/compute/v1/projects/p/zones/z';
const fields = { name, selfLink: `${site}/operations/${name}`, targetLink: `${site}/instances/i` };

export const compute: Program = {
  file: 'compute.ts',
  packages: 'google',
  service: {
    isStart: ({ method, url }) => method === 'POST' && (url?.includes('/instances') ?? false),
    poll: /^GET \/compute\/v1\/projects\/p\/zones\/z\/operations\/operation-7$/,
    started: { ...fields, status: 'RUNNING' },
    running: { ...fields, status: 'RUNNING', progress: 50 },
    done: { ...fields, status: 'DONE', progress: 100 },
    failed: {
      ...fields,
      status: 'DONE',
      httpErrorStatusCode: 503,
      error: { errors: [{ code: 'ZONE_RESOURCE_POOL_EXHAUSTED', message: 'no machines left' }] },
    },
    result: `${site}/instances/i`,
    reason: { code: 14, message: 'no machines left' },
  },
  async connect(origin) {
    const { InstancesClient } = (await loadPackage('@google-cloud/compute')) as Package;
    const { OAuth2Client } = (await loadPackage('google-auth-library')) as AuthPackage;
    const authClient = new OAuth2Client();
    authClient.setCredentials({ access_token: 'ya29.token', expiry_date: Date.now() + 3_600_000 });
    const { hostname, port } = new URL(origin);
    const instances = new InstancesClient({ apiEndpoint: hostname, port: Number(port), protocol: 'http', authClient });
    return (options) => insertInstance(instances, origin, options);
  },
};
