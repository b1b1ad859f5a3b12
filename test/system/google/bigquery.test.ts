import { inspect } from 'node:util';
import { beforeAll, expect, it } from '@jest/globals';
import { Code, findDetail, OperationFailedError } from '../../../src/index.js';
import { pollerFrom } from '../../../src/gax/index.js';
import { bigqueryJobs, type BigQueryJobLike, type BigQueryLike } from '../../../src/google/index.js';
import { useHttpServers } from '../../support/http-server.js';
import { installedSet } from '../../support/installed.js';
import { rejection } from '../../support/wires.js';
import { authClientOf, polls, replying, secret, type Reply } from './support.js';

interface BigQuery extends BigQueryLike {
  createQueryJob(request: object): Promise<[BigQueryJobLike, unknown]>;
  job(id: string, options?: object): BigQueryJobLike;
}
type BigQueryClass = new (options: object) => BigQuery;

const google = installedSet('google');
const serve = useHttpServers();
const name = 'projects/p/locations/EU/jobs/j-1';
const jobReference = { projectId: 'p', jobId: 'j-1', location: 'EU' };
const jobIn = (status: object) => ({
  kind: 'bigquery#job',
  jobReference,
  status,
  statistics: { totalBytesProcessed: '7' },
});
const running: Reply = [200, jobIn({ state: 'RUNNING' })];
const done: Reply = [200, jobIn({ state: 'DONE' })];
const busy: Reply = [503, { error: { code: 503, message: 'busy', errors: [{ reason: 'backendError' }] } }];

google.describe('bigqueryJobs()', () => {
  let bigqueryClass: BigQueryClass;
  let authClient: object;
  beforeAll(async () => {
    bigqueryClass = ((await google.load('@google-cloud/bigquery')) as { BigQuery: BigQueryClass }).BigQuery;
    authClient = await authClientOf(google);
  });

  async function connect(replies: readonly Reply[], options = {}) {
    const server = await serve(replying(replies));
    const bigquery = new bigqueryClass({ apiEndpoint: server.origin, projectId: 'p', authClient, ...options });
    return { server, bigquery };
  }

  /** A client of a server that has started a job, and the job. */
  async function start(replies: readonly Reply[]) {
    const { server, bigquery } = await connect([running, ...replies]);
    const [job] = await bigquery.createQueryJob({ query: 'SELECT 1', location: 'EU' });
    const calls = () => server.requests.slice(1).map(({ method, url }) => `${method} ${url}`);
    return { server, bigquery, job, calls };
  }

  it('polls a job with the credentials of the client, in its location', async () => {
    const { server, bigquery, job, calls } = await start([running, busy, done]);
    const poller = bigqueryJobs(bigquery).poller(job, polls);
    expect(await poller.promise()).toMatchObject({ statistics: { totalBytesProcessed: '7' } });
    expect(calls()).toEqual(Array(3).fill('GET /bigquery/v2/projects/p/jobs/j-1?location=EU'));
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual(Array(4).fill(`Bearer ${secret}`));
    expect(poller.toJSON()).toMatchObject({ name, apiEndpoint: '127.0.0.1' });
  });

  it.each([
    ['invalidQuery', Code.INVALID_ARGUMENT, false],
    ['stopped', Code.CANCELLED, true],
    ['quotaExceeded', Code.RESOURCE_EXHAUSTED, false],
    ['somethingNew', Code.UNKNOWN, false],
  ])('rejects with the reason of a job that failed: %s', async (reason, code, cancelled) => {
    const errorResult = { reason, location: 'query', message: 'the job failed' };
    const { bigquery, job } = await start([[200, jobIn({ state: 'DONE', errorResult, errors: [errorResult] })]]);
    const error = await rejection(bigqueryJobs(bigquery).poller(job, polls).promise());
    expect(error).toBeInstanceOf(OperationFailedError);
    expect(error).toMatchObject({ cancelled, status: { code, message: 'the job failed' } });
    expect(findDetail((error as OperationFailedError).status, 'ErrorInfo')).toMatchObject({ reason });
  });

  it('returns a job with errors that did not fail it', async () => {
    const status = { state: 'DONE', errors: [{ reason: 'invalid', message: 'one row' }] };
    const { bigquery, job } = await start([[200, jobIn(status)]]);
    expect(await bigqueryJobs(bigquery).poller(job, polls).promise()).toMatchObject({ status });
  });

  it('does not take errorResult of a running job for its end', async () => {
    const { bigquery, job, calls } = await start([
      [200, jobIn({ state: 'RUNNING', errorResult: { reason: 'x' } })],
      done,
    ]);
    await bigqueryJobs(bigquery).poller(job, polls).promise();
    expect(calls()).toHaveLength(2);
  });

  it('retries a quota error that BigQuery reports with HTTP 403', async () => {
    const exceeded = {
      code: 403,
      message: 'slow down',
      errors: [{ reason: 'rateLimitExceeded', domain: 'usageLimits' }],
    };
    const { bigquery, job, calls } = await start([[403, { error: exceeded }], done]);
    await bigqueryJobs(bigquery).poller(job, polls).promise();
    expect(calls()).toHaveLength(2);
  });

  it('rejects with the error of the request, without the credentials', async () => {
    const body = { error: { code: 404, message: 'Not found: Job p:j-1, {token}', errors: [{ reason: 'notFound' }] } };
    const { bigquery, job } = await start([[404, body]]);
    const error = await rejection(bigqueryJobs(bigquery).poller(job, polls).promise());
    expect(error).toMatchObject({ rpcCode: Code.NOT_FOUND, origin: 'service', httpStatus: 404 });
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('very-secret');
  });

  it('sends again with new credentials after HTTP 401', async () => {
    const { server, bigquery, job } = await start([[401, { error: { code: 401 } }], done]);
    let count = 0;
    const auth = { getRequestHeaders: () => ({ authorization: `Bearer ${++count}` }) };
    const { baseUrl, projectId } = bigquery;
    await bigqueryJobs({ baseUrl, projectId, authClient: auth }).poller(job, polls).promise();
    expect(server.requests.slice(1).map(({ headers }) => headers.authorization)).toEqual(['Bearer 1', 'Bearer 2']);
  });

  it('rejects at the second HTTP 401 with the same credentials', async () => {
    const { bigquery, job, calls } = await start([[401, { error: { code: 401, message: 'no' } }]]);
    const error = await rejection(bigqueryJobs(bigquery).poller(job, polls).promise());
    expect(error).toMatchObject({ rpcCode: Code.UNAUTHENTICATED });
    expect(calls()).toHaveLength(1);
  });

  it('requests cancellation, and deletes the record', async () => {
    const { bigquery, job, calls } = await start([
      [200, { kind: 'bigquery#jobCancelResponse' }],
      [204, {}],
    ]);
    const poller = bigqueryJobs(bigquery).poller(job, polls);
    await poller.cancel();
    await poller.delete();
    const path = '/bigquery/v2/projects/p/jobs/j-1';
    expect(calls()).toEqual([`POST ${path}/cancel?location=EU`, `DELETE ${path}/delete?location=EU`]);
  });

  it('resumes from a token, and waits by name with and without a location', async () => {
    const { bigquery, job, calls } = await start([done]);
    const jobs = bigqueryJobs(bigquery);
    await jobs.resume(jobs.poller(job).toJSON(), polls).promise();
    await jobs.poller('projects/p/jobs/j-2', polls).promise();
    const path = 'GET /bigquery/v2/projects/p/jobs';
    expect(calls()).toEqual([`${path}/j-1?location=EU`, `${path}/j-2`]);
  });

  it('polls a job that has not been received yet', async () => {
    const { server, bigquery } = await connect([done]);
    await bigqueryJobs(bigquery)
      .poller(bigquery.job('j-3', { location: 'US' }), polls)
      .promise();
    expect(server.requests.map(({ url }) => url)).toEqual(['/bigquery/v2/projects/p/jobs/j-3?location=US']);
  });

  it('sends nothing for a job that is done, or for another name', async () => {
    const { bigquery, calls, job } = await start([done]);
    await bigqueryJobs(bigquery)
      .poller({ ...job, metadata: jobIn({ state: 'DONE' }) })
      .promise();
    const error = await rejection(bigqueryJobs(bigquery).poller('projects/p/operations/7', polls).promise());
    expect(error).toMatchObject({ rpcCode: Code.INVALID_ARGUMENT });
    expect(calls()).toEqual([]);
  });

  it('rejects a response without a status', async () => {
    const { bigquery, job, calls } = await start([[200, { jobReference }]]);
    const error = await rejection(bigqueryJobs(bigquery).poller(job, polls).promise());
    expect(error).toMatchObject({ code: 'LRO_MALFORMED_OPERATION' });
    expect(calls()).toHaveLength(1);
  });

  it('is named by pollerFrom(), which refuses the job', async () => {
    const { job } = await start([done]);
    for (const given of [job, job.metadata]) {
      expect(() => pollerFrom(given as never)).toThrow(
        /bigqueryJobs\(bigquery\)\.poller\(job\) of longrunning\/google/,
      );
    }
  });
});

it('bigqueryJobs() refuses what is neither a client nor a job', () => {
  expect(() => bigqueryJobs({} as never)).toThrow(/'client' must be a BigQuery of @google-cloud\/bigquery/);
  const authClient = { getRequestHeaders: () => ({}) };
  const client = { baseUrl: 'https://h/bigquery/v2', projectId: '{{projectId}}', authClient };
  expect(() => bigqueryJobs({ ...client, baseUrl: 'http://h/v2' })).toThrow(/HTTPS, or HTTP to this machine/);
  const jobs = bigqueryJobs(client);
  expect(() => jobs.poller([] as never)).toThrow(/an array, of which the first value may be it/);
  expect(() => jobs.poller({})).toThrow(/must be a job of @google-cloud\/bigquery/);
  // The client does not know its project yet.
  expect(() => jobs.poller({ id: 'j' })).toThrow(/must be a job of @google-cloud\/bigquery/);
});
