import { describe, expect, it } from '@jest/globals';
import { rawOperationFrom } from '../../src/gax/operation.js';
import { Code, OperationsClient, type RawOperation } from '../../src/index.js';
import { restTransport } from '../../src/rest/index.js';
import { parseOperation } from '../../src/wire/index.js';
import { pace } from '../support/wires.js';

const name = 'operations/1';

const sources = [
  {
    source: 'REST',
    outcomeOf: async (operation: object) => {
      const fetch = (): Promise<Response> => Promise.resolve(new Response(JSON.stringify(operation)));
      const client = new OperationsClient({ transport: restTransport({ apiEndpoint: 'localhost:1', fetch }), ...pace });
      return client.poller(name).pollUntilDone();
    },
  },
  { source: 'a message in JSON', outcomeOf: (operation: object) => pushed(parseOperation(operation)) },
  { source: 'an operation of google-gax', outcomeOf: (operation: object) => pushed(rawOperationFrom(operation)) },
];

function pushed(raw: RawOperation): Promise<unknown> {
  const client = new OperationsClient({ transport: restTransport({ apiEndpoint: 'localhost:1' }) });
  return client.poller(raw).pollUntilDone();
}

describe.each(sources)('The error of a done operation, in $source,', ({ outcomeOf }) => {
  it.each(['it broke', 'x'])('is not lost if it is only a text: %j', async (error) => {
    const end = await outcomeOf({ name, done: true, error });
    expect(end).toMatchObject({ result: 'error', error: { code: Code.UNKNOWN, message: error } });
  });

  it.each([true, 5, false, 0, ''])('is not lost if it is %j', async (error) => {
    expect(await outcomeOf({ name, done: true, error })).toMatchObject({ result: 'error' });
  });

  it('is none if it is null', async () => {
    expect(await outcomeOf({ name, done: true, error: null })).toMatchObject({ result: 'response' });
  });
});
