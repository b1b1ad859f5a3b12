import { describe, expect, it } from '@jest/globals';
import { GaxLoadError, loadGax } from '../../src/transports/google-gax.js';

describe('loadGax()', () => {
  it('says how to install google-gax if it cannot be loaded', async () => {
    const promise = loadGax(() => Promise.reject(new Error("Cannot find module 'google-gax'")));
    await expect(promise).rejects.toThrow(
      new GaxLoadError(
        "google-gax cannot be loaded: Cannot find module 'google-gax' (to install it, run 'npm install google-gax')",
      ),
    );
  });

  it('says why there is none outside of Node.js', async () => {
    await expect(loadGax(() => Promise.resolve({ reason: 'not in a page' }))).rejects.toThrow(
      new GaxLoadError('not in a page'),
    );
  });
});
