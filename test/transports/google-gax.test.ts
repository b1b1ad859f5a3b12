import { describe, expect, it } from '@jest/globals';
import { GaxLoadError, loadGax } from '../../src/transports/google-gax.js';

describe('loadGax()', () => {
  it('throws where the platform has no google-gax', async () => {
    const loaded = loadGax(() => Promise.resolve({ reason: 'Node.js only' }));
    await expect(loaded).rejects.toEqual(new GaxLoadError('Node.js only'));
    await expect(loaded).rejects.toBeInstanceOf(GaxLoadError);
  });
});
