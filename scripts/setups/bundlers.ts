import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Project, Setup } from './workspace.js';

/** The program of test/setups (page.js and wait.js) with each bundler, for pages and the like, without any configuration. */
export const bundlers: readonly Setup[] = [
  {
    name: 'esbuild, for browsers',
    try: (project) => {
      project.copy('wait.js', 'page.js');
      bundle(project, 'esbuild page.js --bundle --format=esm --outdir=out');
      expectOutput(project, 'out/page.js', inPages);
    },
  },
  {
    name: 'esbuild, for Node.js without google-gax',
    try: (project) => {
      project.copy('wait.js', 'page.js');
      bundle(project, 'esbuild page.js --bundle --platform=node --format=esm --outdir=out');
      expectOutput(project, 'out/page.js', withoutGax);
    },
  },
  {
    name: 'Vite',
    try: (project) => {
      project.copy('wait.js', 'page.js');
      project.write('index.html', '<script type="module" src="./page.js"></script>\n');
      bundle(project, 'vite build --outDir out --logLevel warn');
    },
  },
  {
    name: 'webpack 5',
    try: (project) => {
      project.copy('wait.js', 'page.js');
      bundle(project, 'webpack build --entry ./page.js --mode development --devtool false --output-path out');
    },
  },
  {
    name: 'webpack 5, for Node.js without google-gax',
    try: (project) => {
      project.copy('wait.js', 'page.js');
      const options = '--mode development --devtool false --target node --output-path out';
      const printed = project.run(`webpack build --entry ./page.js ${options}`);
      const warnings = printed.match(/^WARNING in .*\n.*$/gm) ?? [];
      if (warnings.length !== 1 || !warnings[0].includes("Can't resolve '#google-gax'")) {
        throw new Error(`It has to warn of google-gax alone:\n${printed}`);
      }
      expectOutput(project, 'out/main.js', withoutGax, 'commonjs');
    },
  },
  {
    name: 'webpack 5, required',
    try: (project) => {
      const required = ['', '/rest', '/testing'].map((subpath) => `console.log(require('longrunning${subpath}'));\n`);
      project.write('page.js', required.join(''));
      bundle(project, 'webpack build --entry ./page.js --mode development --devtool false --output-path out');
    },
  },
  {
    name: 'Rollup',
    try: (project) => {
      project.copy('wait.js', 'page.js');
      bundle(project, 'rollup page.js --plugin node-resolve --format es --dir out --failAfterWarnings');
      expectOutput(project, 'out/page.js', inPages);
    },
  },
];

const withoutGax = /^waited; .*run 'npm install google-gax'/;
const inPages = /^waited; .*google-gax runs in Node\.js only; pass 'auth' as a function/;

/** Bundles to the folder `out`, and checks it. */
function bundle(project: Project, commandLine: string): void {
  const printed = project.run(commandLine);
  if (/\bwarn/i.test(printed)) throw new Error(`The bundler warned:\n${printed}`);
  expectBundle(join(project.folder, 'out'), printed);
}

/** Checks that the package is in the scripts of a folder, but no module of Node.js and nothing of google-gax. */
export function expectBundle(folder: string, printed: string): void {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => /\.m?js$/.test(file));
  const text = files.map((file) => readFileSync(join(folder, file), 'utf8')).join('\n');
  if (!/OperationsEmulator|the emulator is closed/.test(text))
    throw new Error(`The package is not in the bundle:\n${printed}`);
  const wrong = /browser-external|from ?["']node:|require\(["']node:|class GoogleAuth|class ChannelCredentials/.exec(
    text,
  );
  if (wrong) throw new Error(`The bundle has ${wrong[0]}`);
}

/** Runs a bundle in Node.js. */
function expectOutput(project: Project, file: string, expected: RegExp, type: 'module' | 'commonjs' = 'module'): void {
  project.write('out/package.json', JSON.stringify({ type }));
  const printed = project.run(`node ${file}`);
  if (!expected.test(printed)) throw new Error(`The bundle printed:\n${printed}`);
}
