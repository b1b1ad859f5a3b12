import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { grpc } from 'google-gax';
import {
  Code,
  findDetail,
  OperationsClient,
  type DetailName,
  type DetailNamed,
  type OperationFailedError,
  type RequestError,
  type StatusDetail,
} from 'longrunning';
import { grpcTransport } from 'longrunning/grpc';
import { restTransport } from 'longrunning/rest';
import { OperationsEmulator } from 'longrunning/testing';

const type = <N extends string>(name: N) => `type.googleapis.com/google.rpc.${name}` as const;

/** The ten types of google/rpc/error_details.proto, each with all fields. */
const ten: { readonly [N in DetailName]: DetailNamed<N> } = {
  ErrorInfo: { '@type': type('ErrorInfo'), reason: 'STOCKOUT', domain: 'd.example.com', metadata: { zone: 'z' } },
  RetryInfo: { '@type': type('RetryInfo'), retryDelay: '0.250s' },
  DebugInfo: { '@type': type('DebugInfo'), stackEntries: ['a', 'b'], detail: 'deep' },
  QuotaFailure: {
    '@type': type('QuotaFailure'),
    violations: [
      {
        subject: 'project:p',
        description: 'too many',
        apiService: 's',
        quotaMetric: 'm',
        quotaId: 'i',
        quotaDimensions: { region: 'r' },
        quotaValue: '9007199254740993',
        futureQuotaValue: '0',
      },
    ],
  },
  PreconditionFailure: {
    '@type': type('PreconditionFailure'),
    violations: [{ type: 'TOS', subject: 'google.com/cloud', description: 'not accepted' }],
  },
  BadRequest: {
    '@type': type('BadRequest'),
    fieldViolations: [
      {
        field: 'book.name',
        description: 'too long',
        reason: 'LONG',
        localizedMessage: { locale: 'de', message: 'zu lang' },
      },
    ],
  },
  RequestInfo: { '@type': type('RequestInfo'), requestId: 'r-1', servingData: 'x' },
  ResourceInfo: {
    '@type': type('ResourceInfo'),
    resourceType: 't',
    resourceName: 'n',
    owner: 'o',
    description: 'gone',
  },
  Help: { '@type': type('Help'), links: [{ description: 'Stock', url: 'https://example.com/stock' }] },
  LocalizedMessage: { '@type': type('LocalizedMessage'), locale: 'de', message: 'Ausverkauft' },
};
const names = Object.keys(ten) as DetailName[];
const otherDetail = { '@type': 'type.googleapis.com/google.protobuf.Empty', value: {} };
const details: StatusDetail[] = [
  { typeUrl: otherDetail['@type'], value: new Uint8Array(), json: otherDetail },
  ...names.map((name) => ten[name]),
];
const status = { code: Code.FAILED_PRECONDITION, message: 'no more', details };
const line = 'FAILED_PRECONDITION: no more (STOCKOUT, d.example.com)';

describe.each(['gRPC', 'REST'])('the details of a status over %s', (wire) => {
  const emulator = new OperationsEmulator();
  let client: OperationsClient;
  beforeAll(async () => {
    const transport =
      wire === 'gRPC'
        ? grpcTransport({
            apiEndpoint: `127.0.0.1:${await emulator.listenGrpc()}`,
            sslCreds: grpc.credentials.createInsecure(),
          })
        : restTransport({ apiEndpoint: `http://127.0.0.1:${await emulator.listenHttp()}` });
    client = new OperationsClient({ transport });
  });
  afterAll(async () => {
    await client.close();
    await emulator.close();
  });

  const failures: Record<string, () => Promise<OperationFailedError | RequestError>> = {
    OperationFailedError: async () => {
      const { name } = emulator.start({ name: 'operations/failed', durationMs: 0, error: status });
      return thrown<OperationFailedError>(client.poller(name).promise());
    },
    RequestError: () => {
      emulator.injectFault({ method: 'getOperation', status });
      return thrown<RequestError>(client.getOperation({ name: 'operations/requested' }));
    },
  };

  it.each(Object.keys(failures))('are typed on a %s, and a detail of another type is kept', async (className) => {
    const error = await failures[className]!();
    expect(error.name).toBe(className);
    for (const name of names) expect(findDetail(error.status, name)).toEqual(ten[name]);
    expect(error).toMatchObject({
      errorInfo: ten.ErrorInfo,
      retryInfo: ten.RetryInfo,
      fieldViolations: ten.BadRequest.fieldViolations,
      help: ten.Help,
      localizedMessage: ten.LocalizedMessage,
    });
    expect(error.status.details).toHaveLength(11);
    expect(error.status.details[0]).toMatchObject(
      wire === 'gRPC'
        ? { typeUrl: otherDetail['@type'], value: new Uint8Array() }
        : { typeUrl: otherDetail['@type'], json: otherDetail },
    );
    expect(String(error)).toBe(
      className === 'RequestError'
        ? `RequestError: GetOperation of 'operations/requested' failed: ${line}`
        : `OperationFailedError: Operation 'operations/failed' failed: ${line}`,
    );
  });
});

async function thrown<E>(promise: Promise<unknown>): Promise<E> {
  return promise.then(
    () => Promise.reject(new Error('the promise resolved')),
    (error: unknown) => error as E,
  );
}
