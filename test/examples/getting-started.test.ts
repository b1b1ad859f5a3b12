import { describe, expect, it, jest } from '@jest/globals';
import { AgentsClient } from '@google-cloud/dialogflow-cx';
import { jsonType, operationInfo, OperationsClient } from 'longrunning';
import { pollerFrom } from 'longrunning/gax';
import { OperationsEmulator, packEmpty, packStruct } from 'longrunning/testing';
import { agentsOf, mockExportAgent } from '../../docs/examples/generated-client.js';
import * as googleClients from '../../docs/examples/google-clients.js';
import * as progress from '../../docs/examples/progress.js';
import * as resume from '../../docs/examples/resume.js';
import * as typedWait from '../../docs/examples/typed-wait.js';
import { agentUri, response, run, emulate, printed } from './support.js';

describe('typed-wait.ts', () => {
  it('prints the response', async () => {
    const { transport, name } = emulate({ durationMs: 30_000, response });
    await run(typedWait.main(transport, name));
    expect(printed).toEqual([[agentUri]]);
  });

  it('creates a transport without a connection', async () => {
    const transport = typedWait.transportToDialogflow();
    expect(transport.apiEndpoint).toBe('dialogflow.googleapis.com');
    await transport.close();
  });
});

describe('google-clients.ts', () => {
  it('waits through a generated client, and resumes', async () => {
    await using emulator = new OperationsEmulator();
    const agents = await agentsOf(emulator);
    await googleClients.main(agents, 'projects/p/locations/l/agents/a', new AbortController().signal);
    const [operation] = await agents.exportAgent({ name: 'projects/p/locations/l/agents/a' });
    await googleClients.resume(agents, pollerFrom(operation).toJSON());
    expect(printed).toEqual([[agentUri], [agentUri]]);
    await agents.close();
  }, 60_000); // the generated client takes seconds to load its protos

  it('waits for an operation of a mocked method, without a port', async () => {
    await using emulator = new OperationsEmulator();
    const agents = new AgentsClient({ projectId: 'p' });
    mockExportAgent(agents, emulator);
    await googleClients.main(agents, 'projects/p/locations/l/agents/a', new AbortController().signal);
    expect(printed).toEqual([[agentUri]]);
  });
});

describe('progress.ts', () => {
  const info = operationInfo({ response: jsonType(), metadata: metadata() });

  it('prints each step and the outcome', async () => {
    for (const example of [progress.loop, progress.callback]) {
      const { name, client } = emulate({
        durationMs: 30_000,
        metadata: (fraction) => packStruct({ progressPercent: Math.floor(10 * fraction) * 10 }),
        response: packEmpty(),
      });
      printed.length = 0;
      await run(example(client.poller(name, info)));
      expect(printed[0]).toEqual(['0 %']);
      expect(printed.length).toBeGreaterThan(4);
      expect(printed.at(-1)).toEqual(example === progress.loop ? ['response'] : ['100 %']);
    }
  });

  it('polls when the completion is predicted', async () => {
    const { emulator, name, transport } = emulate({
      durationMs: 600_000,
      metadata: (fraction) => packStruct({ rows: 1000, rowsDone: Math.floor(1000 * fraction) }),
      response: packEmpty(),
    });
    const client = new OperationsClient({ transport, polling: { serverWait: 'never' } });
    const rows = operationInfo({ response: jsonType(), metadata: metadata() });
    await run(progress.forecast(client, name, rows).promise(), 608_000); // on schedule, up to 24 s later
    expect(emulator.calls.length).toBeLessThan(54);
  });

  /** The fields of a Struct. */
  function metadata() {
    const struct = jsonType<{ value: progress.ImportMetadata & { progressPercent?: number } }>(
      'google.protobuf.Struct',
    );
    return { ...struct, decode: (any: Parameters<typeof struct.decode>[0]) => struct.decode(any).value };
  }
});

describe('resume.ts', () => {
  it('resumes a wait in another process', async () => {
    const { name, client } = emulate({ durationMs: 3_600_000, response });
    let saved = '';
    const db = {
      save: (text: string) => {
        saved = text;
        return Promise.resolve();
      },
      load: () => Promise.resolve(saved),
    };
    const poller = client.poller(name, typedWait.exportAgent);
    await resume.firstProcess(poller, db);
    const first = saved;
    await run(resume.handOver(poller, db), 600_000);
    expect(saved).toBe(first);
    await run(resume.secondProcess(client, db), 3_600_000);
    expect(printed).toEqual([[agentUri]]);
    expect(jest.getTimerCount()).toBe(0);
  });
});
