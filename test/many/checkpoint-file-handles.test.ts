import { mkdtemp, open, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { checkpointFile } from '../../src/many/index.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'checkpoints-'));
});
afterEach(async () => {
  jest.restoreAllMocks();
  await rm(directory, { recursive: true });
});

/** What all handles of files have. */
async function handlePrototype(): Promise<FileHandle> {
  const handle = await open(directory);
  await handle.close();
  return Object.getPrototypeOf(handle) as FileHandle;
}

describe('checkpointFile()', () => {
  it.each([false, true])('is on the disk, and closed, once a checkpoint is saved (fails: %p)', async (fails) => {
    const full = new Error('disk full');
    const sync = jest.spyOn(await handlePrototype(), 'datasync');
    if (fails) sync.mockRejectedValue(full);
    const saved = checkpointFile(join(directory, 'file')).checkpoint({ key: 'a', requestId: '1' });
    expect(await saved.catch((error: unknown) => error)).toBe(fails ? full : undefined);
    expect(sync).toHaveBeenCalledTimes(1);
    expect((sync.mock.contexts as FileHandle[]).map(({ fd }) => fd)).toEqual([-1]);
  });

  it('throws where the file cannot be read', async () => {
    await expect(checkpointFile(directory).load('a')).rejects.toMatchObject({ code: 'EISDIR' });
  });

  it('requires Node.js', () => {
    const own = Object.getOwnPropertyDescriptor(process, 'getBuiltinModule')!;
    Object.defineProperty(process, 'getBuiltinModule', { ...own, value: undefined });
    try {
      expect(() => checkpointFile('file')).toThrow(
        new TypeError('Cannot keep checkpoints in a file as the platform is not Node.js 20.16 or later'),
      );
    } finally {
      Object.defineProperty(process, 'getBuiltinModule', own);
    }
  });
});
