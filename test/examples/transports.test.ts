import { describe, expect, it } from '@jest/globals';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Code, OperationsClient, type OperationsTransport } from 'longrunning';
import { restTransport } from 'longrunning/rest';
import { OperationsEmulator, packEmpty } from 'longrunning/testing';
import { countPages, jobOperations } from '../../docs/examples/own-operations.js';
import * as transports from '../../docs/examples/transports.js';
import * as types from '../../docs/examples/types.js';
import { agentUri, response, emulate, printed } from './support.js';

describe('transports.ts', () => {
  it('creates transports without a connection', async () => {
    const made: OperationsTransport[] = [
      transports.grpcRegional(),
      await transports.grpcEmulator(),
      transports.rest(),
      transports.restRegional(),
      transports.restOwnAuth(() => Promise.resolve('')),
      transports.restApiKey(),
      transports.restOwnRules('jobs.example.com'),
    ];
    for (const transport of made) await transport.close();
    expect(made.map(({ apiEndpoint }) => apiEndpoint?.split(':')[0])).toEqual([
      'us-central1-dialogflow.googleapis.com',
      'localhost',
      'translate.googleapis.com',
      'us-central1-dialogflow.googleapis.com',
      'jobs.example.com',
      'generativelanguage.googleapis.com',
      'jobs.example.com',
    ]);
  });

  it("waits over REST, by a service's rules, the default ones and custom ones", async () => {
    await using emulator = new OperationsEmulator();
    const typeUrl = 'type.googleapis.com/google.cloud.translation.v3.BatchTranslateResponse';
    const json = { '@type': typeUrl, totalCharacters: '9', translatedCharacters: '7' };
    const apiEndpoint = `http://127.0.0.1:${await emulator.listenHttp()}`;
    const name = 'projects/p/locations/l/operations/1';
    emulator.start({ name, durationMs: 20, response: { typeUrl, json } });
    await transports.main(restTransport({ service: 'translate.googleapis.com', apiVersion: 'v3', apiEndpoint }), name);
    expect(emulator.calls.map(({ method }) => method)).toContain('waitOperation');
    await transports.main(restTransport({ apiEndpoint, apiVersion: 'v3' }), name);
    emulator.start({ name: 'operations/x', durationMs: 20, response: { typeUrl, json } });
    await transports.main(transports.restOwnRules(apiEndpoint), 'x');
    expect(printed).toEqual(Array(3).fill(['7 of 9 characters']));
  });
});

describe('types.ts', () => {
  it('decodes the response in four ways', async () => {
    const { emulator, name, client } = emulate({ durationMs: 0, response });
    await expect(client.poller(name, types.exportAgent).promise()).resolves.toMatchObject({ agentUri });
    await expect(client.poller(name, types.exportAgentJson).promise()).resolves.toMatchObject({ agentUri });
    await expect(client.poller(name, types.exportAgentUri).promise()).resolves.toBe(agentUri);
    const empty = emulator.start({ durationMs: 0, response: packEmpty() });
    await expect(client.poller(empty.name, types.deleteThing).promise()).resolves.toBeUndefined();
  });
});

describe('own-operations.ts', () => {
  it("waits for another service's jobs", async () => {
    const answers = [
      { state: 'running', percent: 50 },
      { state: 'succeeded', percent: 100, result: { pages: 3 } },
    ];
    const failed = { state: 'failed', percent: 50, problem: { code: 'NO_PAPER', message: 'fill tray 2' } };
    const server = createServer((request, reply) => {
      if (request.url === '/jobs/8') reply.end(JSON.stringify(failed));
      else if (request.url !== '/jobs/7') reply.writeHead(404).end();
      else reply.end(JSON.stringify(answers.length > 1 ? answers.shift() : answers[0]));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const transport = jobOperations(`http://127.0.0.1:${port}`);
    const client = new OperationsClient({ transport });
    const wait = (name: string) => client.poller(name, transport.info, { backoff: () => 10 });
    const poller = wait('7');
    await expect(poller.promise()).resolves.toBe(3);
    expect(poller.operation?.metadata).toEqual({ state: 'succeeded', progressPercent: 100 });
    await expect(wait('8').promise()).rejects.toThrow("Operation '8' failed: UNKNOWN: fill tray 2 (NO_PAPER)");
    await expect(countPages(`http://127.0.0.1:${port}`, '7')).resolves.toBe(3);
    await expect(wait('9').promise()).rejects.toMatchObject({ rpcCode: Code.NOT_FOUND, httpStatus: 404 });
    await expect(client.deleteOperation({ name: '7' })).rejects.toMatchObject({ rpcCode: Code.UNIMPLEMENTED });
    await client.cancelOperation({ name: '7' });
    await new Promise((resolve) => server.close(resolve));
  });
});
