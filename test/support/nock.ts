import { afterAll, afterEach, beforeAll } from '@jest/globals';
import nock from 'nock';

/**
 * Puts nock between a test file and the network: call it once at the top of the file. A request that nothing expects
 * fails, and so does a test that leaves an expectation unmet.
 */
export function useNock(): typeof nock {
  beforeAll(() => {
    if (!nock.isActive()) nock.activate();
    nock.disableNetConnect();
  });
  afterEach(() => {
    const pending = nock.pendingMocks();
    nock.cleanAll();
    if (pending.length > 0) throw new Error(`Unused nock interceptors: ${pending.join(', ')}`);
  });
  afterAll(() => {
    nock.enableNetConnect();
    nock.restore(); // each test file has its own nock, and all of them patch the one real node:http
  });
  return nock;
}
