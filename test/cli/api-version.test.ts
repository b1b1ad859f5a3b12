import { describe, expect, it } from '@jest/globals';
import { defaultApiVersion, findServices } from '../../src/cli/services.js';

describe('the version without --api-version', () => {
  it.each([
    ['of no service', undefined, 'v1'],
    ['of a service that is not in the table', 'example.com', 'v1'],
    ['of a service with v1', 'speech.googleapis.com', 'v1'],
    ['of a regional host of a service', 'us-central1-aiplatform.googleapis.com', 'v1'],
  ])('%s is v1', async (_, service, version) => {
    expect(await defaultApiVersion(service)).toBe(version);
  });

  it('of each service is v1 if it has it, its only one, or has to be chosen', async () => {
    const seen = new Set<string>();
    for (const { host, versions } of await findServices('')) {
      const kind = versions.includes('v1') ? 'v1' : versions.length === 1 ? 'only' : 'several';
      seen.add(kind);
      const version = await defaultApiVersion(host).catch((error: unknown) => (error as Error).message);
      const several = `${host} has the versions ${versions.join(', ')}: choose one with --api-version`;
      expect(version).toBe({ v1: 'v1', only: versions[0], several }[kind]);
    }
    expect([...seen].sort()).toEqual(['only', 'several', 'v1']);
  });

  it('is found by a part of the host, in any case', async () => {
    expect((await findServices('SPEECH')).map(({ host }) => host)).toContain('speech.googleapis.com');
  });
});
