import { trace } from '@opentelemetry/api';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { afterEach, describe, expect, it } from '@jest/globals';
import { customOperations } from '../../src/custom/index.js';
import { OperationsClient, type ResumeToken } from '../../src/index.js';
import { traced } from '../../src/otel/index.js';
import { name, ScriptedTransport, succeeded } from '../support/scripted.js';

/** Endpoints of transports of one's own, and the host in tokens. */
const endpoints: readonly (readonly [string, string | undefined])[] = [
  ['https://jobs.test/?key=s3cr3t', 'jobs.test'],
  ['https://jobs.test?key=s3cr3t@x', undefined],
  ['https://jobs.test:8443/v1/s3cr3t', 'jobs.test'],
  ['jobs.test:8443/#s3cr3t', 'jobs.test'],
  ['https://user:s3cr3t@jobs.test', undefined],
  ['https://user:s3cr3t#1@jobs.test/', undefined],
  ['https://user:s3cr3t/1@jobs.test:1/', undefined],
  ['user:s3cr3t@jobs.test:443', undefined],
  ['https://s3cr3t@[::1]:50051', undefined],
  ['dns:///jobs.test:443', 'jobs.test'],
  ['HTTPS://[::1]:50051/', '[::1]'],
];

afterEach(() => trace.disable());

describe.each(endpoints)('the apiEndpoint %s', (apiEndpoint, host) => {
  const client = new OperationsClient({
    transport: Object.assign(new ScriptedTransport([succeeded]), { apiEndpoint }),
  });

  it('has no credential in tokens, which are accepted again', () => {
    const custom = customOperations({ apiEndpoint, get: () => Promise.resolve({ done: true }) });
    for (const maker of [client, new OperationsClient({ transport: custom }), custom]) {
      const token = maker.poller(name).toJSON();
      expect(JSON.stringify(token)).not.toContain('s3cr3t');
      expect(token.apiEndpoint).toBe(host);
      expect(maker.resume(JSON.parse(JSON.stringify(token)) as ResumeToken).name).toBe(name);
    }
  });

  it('has no credential in the error for a token of another service', () => {
    const token = { ...client.poller(name).toJSON(), apiEndpoint: `https://other.test/${apiEndpoint}` };
    const other = Object.assign(new ScriptedTransport([]), { apiEndpoint: 'third.test' });
    const resume = (): unknown => new OperationsClient({ transport: other }).resume(token);
    expect(resume).toThrow(/'apiEndpoint' must be third\.test/);
    expect(resume).not.toThrow(/s3cr3t/);
  });

  it('has no credential in the attributes of spans', async () => {
    const exporter = new InMemorySpanExporter();
    trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
    const transport = Object.assign(new ScriptedTransport([succeeded]), { apiEndpoint });
    const tracedClient = traced({ transport });
    await tracedClient.getOperation({ name });
    const spans = exporter.getFinishedSpans().map(({ attributes }) => attributes);
    expect(spans).not.toEqual([]);
    expect(JSON.stringify(spans)).not.toContain('s3cr3t');
    expect(spans[0]?.['server.address']).toBe(host);
  });
});
