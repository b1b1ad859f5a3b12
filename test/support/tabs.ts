// Tabs of a Chromium that throttles and freezes pages as it does for users. playwright-core tells every page that it is visible,
// so the tests speak the DevTools protocol themselves, over a pipe: messages of JSON, each with a NUL at its end.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { afterAll, beforeAll } from '@jest/globals';
import { executablePath, startPageHost, type PageHost } from './chromium.js';

/** Of the first throttling, to one wake-up of the timers in a minute. The default is five minutes. */
const gracePeriodSeconds = 1;

interface Reply {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

interface Evaluation {
  readonly result: { readonly value?: unknown };
  readonly exceptionDetails?: { readonly text: string };
}

/** The DevTools protocol of one browser. */
class DevTools {
  readonly #requests: Writable;
  readonly #pending = new Map<number, (reply: Reply) => void>();
  #ids = 0;

  constructor(child: ChildProcess) {
    this.#requests = child.stdio[3] as Writable;
    let text = '';
    (child.stdio[4] as Readable).setEncoding('utf8').on('data', (chunk: string) => {
      const messages = (text + chunk).split('\0');
      text = messages.pop()!;
      for (const message of messages) this.#onReply(JSON.parse(message) as Reply);
    });
  }

  #onReply(reply: Reply): void {
    if (reply.id === undefined) return; // an event
    this.#pending.get(reply.id)?.(reply);
    this.#pending.delete(reply.id);
  }

  send<T>(method: string, params: object = {}, sessionId?: string): Promise<T> {
    const id = ++this.#ids;
    this.#requests.write(`${JSON.stringify({ id, method, params, ...(sessionId && { sessionId }) })}\0`);
    return new Promise((resolve, reject) => {
      this.#pending.set(id, ({ result, error }) => {
        if (error) reject(new Error(`${method}: ${error.message}`));
        else resolve(result as T);
      });
    });
  }
}

/** A tab with the page of the tests. */
export class Tab {
  readonly #devTools: DevTools;
  readonly #targetId: string;
  readonly #sessionId: string;

  constructor(devTools: DevTools, targetId: string, sessionId: string) {
    this.#devTools = devTools;
    this.#targetId = targetId;
    this.#sessionId = sessionId;
  }

  async evaluate(expression: string): Promise<unknown> {
    const options = { expression, returnByValue: true, awaitPromise: true };
    const evaluation = await this.#devTools.send<Evaluation>('Runtime.evaluate', options, this.#sessionId);
    if (evaluation.exceptionDetails) throw new Error(`${expression}: ${evaluation.exceptionDetails.text}`);
    return evaluation.result.value;
  }

  /** Shows the tab. The tab that was shown before is hidden. */
  async show(): Promise<void> {
    await this.#devTools.send('Target.activateTarget', { targetId: this.#targetId });
  }

  /** Freezes the page, or ends that, as the browser does with tabs that are hidden for long. */
  async setLifecycleState(state: 'active' | 'frozen'): Promise<void> {
    await this.#devTools.send('Page.setWebLifecycleState', { state }, this.#sessionId);
  }
}

/** What the tests of one file share. */
export interface Tabs {
  /** Opens and shows a tab with the page. */
  open(): Promise<Tab>;
}

/** Starts a browser before the tests of the current block, and stops it afterwards. */
export function useTabs(): Tabs {
  const profile = mkdtempSync(join(tmpdir(), 'longrunning-tabs-'));
  let host: PageHost;
  let child: ChildProcess;
  let devTools: DevTools;
  beforeAll(async () => {
    host = await startPageHost();
    child = spawn(executablePath!, [...options, `--user-data-dir=${profile}`], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    });
    devTools = new DevTools(child);
    await devTools.send('Browser.getVersion');
  }, 60_000);
  afterAll(async () => {
    const exited = new Promise((resolve) => child.once('exit', resolve));
    await devTools.send('Browser.close');
    await exited;
    host.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 10 });
  });
  return {
    async open() {
      const { targetId } = await devTools.send<{ targetId: string }>('Target.createTarget', { url: host.origin });
      const attach = { targetId, flatten: true };
      const { sessionId } = await devTools.send<{ sessionId: string }>('Target.attachToTarget', attach);
      const tab = new Tab(devTools, targetId, sessionId);
      while (!(await tab.evaluate("document.readyState === 'complete' && 'waitOverRest' in globalThis"))) continue;
      await tab.show();
      return tab;
    },
  };
}

const options = [
  '--headless=new',
  '--no-sandbox',
  '--no-first-run',
  '--remote-debugging-pipe',
  `--enable-features=IntensiveWakeUpThrottling:grace_period_seconds/${gracePeriodSeconds}`,
  '--intensive-wake-up-throttling-policy=1',
];
