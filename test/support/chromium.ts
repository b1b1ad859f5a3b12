// A real Chromium for tests, driven by playwright-core. The pages come from a server on 127.0.0.1, with the package bundled
// for browsers; the emulator that they poll is another origin.
import { accessSync, constants } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe } from '@jest/globals';
import { build } from 'esbuild';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The executable of Chromium or Chrome; undefined if there is none. */
function findChromium(): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/bin'];
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The executable that the tests run; undefined where there is none. */
export const executablePath = findChromium();

/** A `describe()` that is skipped, with the reason in its name, where there is no Chromium. */
export function describeInChromium(name: string, block: () => void): void {
  if (executablePath !== undefined) describe(name, block);
  else describe.skip(`${name} (skipped: no chromium on PATH; Debian's package is 'chromium')`, block);
}

/** What the tests of one file share: a browser, and a server with their page. */
export interface PageServer {
  readonly browser: Browser;
  /** The origin of the pages. */
  readonly origin: string;
  /** Opens a page in a context of its own, in which {@link PageScope} is global. */
  open(context?: BrowserContext): Promise<Page>;
}

/** A server of the page of the tests, and its origin. */
export interface PageHost {
  readonly origin: string;
  close(): void;
}

/** Bundles the page, and serves it on 127.0.0.1. */
export async function startPageHost(): Promise<PageHost> {
  const server = servePages(await bundlePage());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Starts a browser and a server of pages before the tests of the current block, and stops them afterwards. */
export function usePages(): PageServer {
  let browser: Browser | undefined;
  let host: PageHost | undefined;
  beforeAll(async () => {
    host = await startPageHost();
    browser = await chromium.launch({
      executablePath: executablePath!,
      args: ['--no-sandbox'],
      // A page that the user left is restored as it was, as outside of tests.
      ignoreDefaultArgs: ['--disable-back-forward-cache'],
    });
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    host?.close();
  });
  return {
    get browser() {
      return browser!;
    },
    get origin() {
      return host!.origin;
    },
    async open(context) {
      const page = await (context ?? (await browser!.newContext())).newPage();
      await page.goto(host!.origin);
      return page;
    },
  };
}

/** The package and what the tests need of it, for browsers. google-gax has no place in a page. */
async function bundlePage(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(root, 'test/support/page-scope.ts')],
    bundle: true,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    external: ['google-gax'],
    write: false,
    logLevel: 'error',
  });
  return outputFiles[0]!.text;
}

function servePages(script: string): Server {
  return createServer(({ url }, response) => {
    if (url === '/page.js') return response.setHeader('content-type', 'text/javascript').end(script);
    const html = '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><script src="/page.js"></script>';
    return response.setHeader('content-type', 'text/html').end(html);
  });
}
