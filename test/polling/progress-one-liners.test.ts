import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

type Reader = (metadata: unknown) => unknown;

const guide = readFileSync(new URL('../../docs/polling.md', import.meta.url), 'utf8');

/** The function that the guide has for a service. */
function readerOf(service: string): Reader {
  const [, code] = new RegExp(`^\\| ${service} +\\| \`(.+)\` +\\|$`, 'm').exec(guide) ?? [];
  if (code === undefined) throw new Error(`The guide has no function for ${service}`);
  // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call -- code of the guide, in JavaScript
  return new Function(`return ${code};`)() as Reader;
}

describe('the readProgress of the guide reads the metadata of', () => {
  it.each([
    ['Firestore', { progressDocuments: { completedWork: '50', estimatedWork: '200' } }, 0.25],
    ['Apigee', { progress: { percentDone: 25, state: 'IN_PROGRESS' } }, 0.25],
    ['Video Intelligence', { annotationProgress: [{ progressPercent: 25 }, { progressPercent: 80 }] }, 0.25],
    [
      'Bigtable, clusters',
      { tables: { t: { estimatedSizeBytes: '400', estimatedCopiedBytes: '100', state: 'COPYING' } } },
      0.25,
    ],
  ])('%s', (service, metadata, progress) => {
    expect(readerOf(service)(metadata)).toBe(progress);
  });

  it.each(['Firestore', 'Apigee', 'Video Intelligence', 'Bigtable, clusters'])(
    '%s without figures, as no progress',
    (service) => {
      const progress = readerOf(service)({});
      expect(typeof progress === 'number' && progress >= 0 && progress <= 1).toBe(false);
    },
  );
});
