import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expectBundle } from './bundlers.js';
import type { Project, Setup } from './workspace.js';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const folders = (process.env.PATH ?? '').split(delimiter);
const chromium = folders.flatMap((folder) => names.map((name) => join(folder, name))).find((path) => existsSync(path));

/**
 * An app for Electron. Electron's npm package downloads its program from elsewhere than the registry, so its two halves run in what
 * Electron consists of: the main process in Node.js, with a module in place of Electron's own, and the window in Chromium.
 */
export const electron: readonly Setup[] = [
  {
    name: 'Electron, a main process and a window, in Node.js and Chromium',
    try: (project) => {
      copyApp(project);
      project.run('esbuild main.mjs --bundle --platform=node --format=esm --external:electron --outfile=out/main.mjs');
      expectText(project.run('node out/main.mjs'), /^wait: response$/m);
      project.run('esbuild renderer.js --bundle --outfile=window/renderer.js');
      expectBundle(join(project.folder, 'window'), '');
      if (chromium === undefined) return console.log('setups: skipped the window: no chromium on PATH');
      project.write('window/index.html', '<!doctype html><body><script src="renderer.js"></script></body>\n');
      const page = `file://${join(project.folder, 'window', 'index.html')}`;
      const options = '--headless --no-sandbox --virtual-time-budget=10000 --dump-dom';
      expectText(project.run(`${chromium} ${options} ${page}`), /<body>waited; .*google-gax runs in Node\.js only/);
    },
  },
];

function copyApp(project: Project): void {
  project.copy('wait.js', 'electron/renderer.js');
  project.copyAs('test/setups/electron/main.js', 'main.mjs');
  project.copyAs('test/setups/electron/electron.cjs', 'node_modules/electron/index.js');
}

function expectText(text: string, expected: RegExp): void {
  if (!expected.test(text)) throw new Error(`This does not match ${String(expected)}:\n${text}`);
}
