import { describe, expect, it, jest } from '@jest/globals';
import { LazyChannel, type Channel } from '../../src/grpc/lazy-channel.js';

const close = jest.fn();
const fakeChannel = (): Channel => ({ client: {}, Metadata: Map, close }) as unknown as Channel;

describe('LazyChannel', () => {
  it('get() opens one channel, and returns it synchronously once it is open', async () => {
    const channel = fakeChannel();
    const open = jest.fn(() => Promise.resolve(channel));
    const lazy = new LazyChannel(open);
    expect(open).not.toHaveBeenCalled();
    expect(await Promise.all([lazy.get(), lazy.get()])).toEqual([channel, channel]);
    expect(lazy.get()).toBe(channel);
    expect(open).toHaveBeenCalledTimes(1);
  });

  it('get() opens again after a failure', async () => {
    const channel = fakeChannel();
    const open = jest.fn(() => Promise.resolve(channel)).mockRejectedValueOnce(new Error('no'));
    const lazy = new LazyChannel(open);
    await expect(lazy.get()).rejects.toThrow('no');
    expect(await lazy.get()).toBe(channel);
  });

  it('close() before get() opens nothing', () => {
    const open = jest.fn(() => Promise.resolve(fakeChannel()));
    const lazy = new LazyChannel(open);
    lazy.close();
    expect(() => lazy.get()).toThrow('the transport is closed');
    expect(open).not.toHaveBeenCalled();
  });

  it('close() while opening rejects get(), and closes the channel once it is open', async () => {
    const channel = fakeChannel();
    let opened!: (channel: Channel) => void;
    const lazy = new LazyChannel(() => new Promise((resolve) => (opened = resolve)));
    const got = lazy.get();
    lazy.close();
    await expect(got).rejects.toThrow('the transport is closed');
    expect(close).not.toHaveBeenCalled();
    opened(channel);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(close).toHaveBeenCalledTimes(1);
    expect(() => lazy.get()).toThrow('the transport is closed');
  });

  it('close() closes the channel once', async () => {
    const channel = fakeChannel();
    const lazy = new LazyChannel(() => Promise.resolve(channel));
    await lazy.get();
    lazy.close();
    lazy.close();
    expect(close).toHaveBeenCalledTimes(1);
  });
});
