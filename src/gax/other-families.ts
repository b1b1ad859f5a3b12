import { asRecord } from '../transports/as-record.js';

/**
 * The function of `longrunning/google` that waits for an operation which is not `google.longrunning`, as a call; undefined if
 * there is none.
 */
export function otherFamilyCall(operation: unknown): string | undefined {
  const fields = asRecord(operation);
  return families.find(({ has }) => has(fields))?.call;
}

type Fields = Readonly<Record<string, unknown>>;

const families: readonly { readonly call: string; readonly has: (fields: Fields) => boolean }[] = [
  { call: 'genaiOperations(ai).poller(operation)', has: (fields) => typeof fields._fromAPIResponse === 'function' },
  {
    call: 'genaiJobs(ai).poller(job)',
    has: ({ state }) => typeof state === 'string' && state.startsWith('JOB_STATE_'),
  },
  // A job, or a job in JSON.
  {
    call: 'bigqueryJobs(bigquery).poller(job)',
    has: ({ bigQuery, jobReference }) => isObject(bigQuery ?? jobReference),
  },
  // A response of googleapis, of which the data are the operation.
  { call: 'cloudSqlOperations(sqladmin).poller(response.data)', has: ({ data }) => isCloudSql(asRecord(data)) },
  { call: 'cloudSqlOperations(sqladmin).poller(operation)', has: isCloudSql },
  {
    call: 'containerOperations(clusterManager).poller(operation)',
    has: (fields) => /\/\/container\b/.test(linksOf(fields)),
  },
  // What @google-cloud/compute returns has the type of an operation of google-gax, but neither its types nor its client.
  {
    call: 'computeOperations(client).poller(operation)',
    has: ({ latestResponse, longrunningDescriptor, ...fields }) =>
      (isObject(latestResponse) && !longrunningDescriptor) || linksOf(fields).includes('/compute/'),
  },
];

function isCloudSql({ kind, targetProject, status }: Fields): boolean {
  return kind === 'sql#operation' || (typeof targetProject === 'string' && status !== undefined);
}

const linksOf = ({ selfLink, targetLink }: Fields): string => `${String(selfLink)} ${String(targetLink)}`;

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;
