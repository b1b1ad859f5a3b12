// A tab that the user leaves for another: the browser throttles its timers, or freezes it. When it is shown again, one poll goes
// out at once.
import { expect, it } from '@jest/globals';
import { describeInChromium } from '../../support/chromium.js';
import { useEmulator } from '../../support/emulator.js';
import { useTabs, type Tab } from '../../support/tabs.js';

const name = 'operations/a';
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describeInChromium('a tab in the background', () => {
  const tabs = useTabs();
  const service = useEmulator({ name, durationMs: Infinity });

  /** Opens a tab with a wait, and another in front of it. */
  async function hiddenWait(delayMs: number): Promise<Tab> {
    const tab = await tabs.open();
    const wait = `waitOverRest({ apiEndpoint: '${service.apiEndpoint}' }, '${name}', { backoff: constantBackoff(${delayMs}) })`;
    await tab.evaluate(`void (globalThis.wait = ${wait})`);
    await service.received(1);
    await tabs.open();
    expect(await tab.evaluate('document.visibilityState')).toBe('hidden');
    return tab;
  }
  /** Resolves when no poll has come for so long. */
  async function silence(ms: number): Promise<void> {
    let sent: number;
    do {
      sent = service.calls.length;
      await pause(ms);
    } while (service.calls.length > sent);
  }

  it('polls at once when it is shown again, however long the delay is', async () => {
    const tab = await hiddenWait(3_600_000);
    service.emulator.complete(name);
    await tab.show();
    await expect(tab.evaluate('wait')).resolves.toHaveProperty('response');
    expect(service.calls).toHaveLength(2);
  });

  it('polls once a second while it is hidden, also when its timers are throttled to one wake-up a minute', async () => {
    const tab = await hiddenWait(20);
    await tab.evaluate('new Promise((resolve) => setTimeout(resolve, 3000))'); // the throttling has begun
    const startMs = performance.now();
    const sent = service.calls.length;
    await service.received(sent + 3);
    expect(performance.now() - startMs).toBeGreaterThan(1500);
    service.emulator.complete(name);
    await expect(tab.evaluate('wait')).resolves.toHaveProperty('response');
  });

  it('sends nothing while it is frozen, and has the response after it is shown', async () => {
    const tab = await hiddenWait(20);
    await tab.setLifecycleState('frozen');
    await silence(2000);
    service.emulator.complete(name);
    const sent = service.calls.length;
    await tab.setLifecycleState('active');
    await tab.show();
    await expect(tab.evaluate('wait')).resolves.toHaveProperty('response');
    expect(service.calls).toHaveLength(sent + 1);
  });
});
