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
  // A job, or a job in JSON.
  {
    call: 'bigqueryJobs(bigquery).poller(job)',
    has: ({ bigQuery, jobReference }) => isObject(bigQuery ?? jobReference),
  },
  // What @google-cloud/compute returns has the type of an operation of google-gax, but neither its types nor its client.
  {
    call: 'computeOperations(client).poller(operation)',
    has: (fields) => isObject(fields.latestResponse) || linksOf(fields).includes('/compute/'),
  },
];

const linksOf = ({ selfLink, targetLink }: Fields): string => `${String(selfLink)} ${String(targetLink)}`;

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;
