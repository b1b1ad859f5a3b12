import { expect, it } from '@jest/globals';
import { OperationsClient } from '../../src/index.js';
import { name, ScriptedTransport, succeeded } from '../support/scripted.js';

// Found by `npm run sim`, seed 247.
it.each([false, true])('a transport that returns no promise is named, with coalesce: %p', async (coalesce) => {
  const transport = new ScriptedTransport([succeeded]);
  transport.getOperation = () => 42 as never;
  const wait = new OperationsClient({ transport, coalesce }).poller(name).promise();
  await expect(wait).rejects.toThrow(/'GetOperation' must be a promise/);
});
