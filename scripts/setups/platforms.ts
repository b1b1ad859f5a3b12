import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectBundle } from './bundlers.js';
import type { Project, Setup } from './workspace.js';

/** Frameworks and runtimes other than Node.js, which are large: test/setups/platforms has them. */
export const platforms: readonly Setup[] = [
  {
    name: 'Next, a client component and a server component',
    try: (project) => {
      next(project, 'next build');
      expectRendered(project);
    },
  },
  {
    name: 'Next with webpack',
    try: (project) => {
      next(project, 'next build --webpack');
      expectRendered(project);
    },
  },
  {
    name: 'wrangler and workerd',
    try: (project) => {
      project.copy('wait.js', 'platforms/worker.js', 'platforms/workerd.capnp');
      const printed = project.run(
        'wrangler deploy worker.js --dry-run --outdir out --name wait --compatibility-date 2026-01-01',
      );
      expectBundle(join(project.folder, 'out'), printed);
      expectPrinted(project.run('workerd test workerd.capnp'), /waited; .*google-gax runs in Node\.js only/);
    },
  },
  {
    name: 'Deno',
    try: (project) => {
      module(project);
      expectPrinted(project.run('deno run --no-prompt page.js'), /^waited; .*run 'npm install google-gax'/m);
      project.run('deno check page.js');
    },
  },
  {
    name: 'Bun, imported, bundled and required',
    try: (project) => {
      module(project);
      expectPrinted(project.run('bun page.js'), /^waited; .*run 'npm install google-gax'/m);
      expectBundle(join(project.folder, 'out'), project.run('bun build page.js --target browser --outdir out'));
      expectPrinted(project.run('bun out/page.js'), /^waited; .*google-gax runs in Node\.js only/m);
      project.write('required.cjs', `console.log(typeof require('longrunning').OperationsClient);\n`);
      expectPrinted(project.run('bun required.cjs'), /^function$/m);
    },
  },
];

function module(project: Project): void {
  project.copy('wait.js', 'page.js');
  project.write('package.json', '{ "private": true, "type": "module" }\n');
}

/** Builds an app of two pages. */
function next(project: Project, commandLine: string): void {
  const files = { 'layout.js': 'layout.js', 'page.js': 'page.js', 'server-page.js': 'server/page.js' };
  for (const [file, as] of Object.entries(files)) project.copyAs(`test/setups/platforms/next/${file}`, `app/${as}`);
  project.copyAs('test/setups/wait.js', 'app/wait.js');
  expectBundle(join(project.folder, '.next', 'static'), project.run(commandLine));
}

/** Checks what Next rendered at build time. */
function expectRendered(project: Project): void {
  const html = (page: string) => readFileSync(join(project.folder, '.next', 'server', 'app', `${page}.html`), 'utf8');
  expectPrinted(html('index'), /<p>waiting<\/p>/);
  expectPrinted(html('server'), /<p>waited; .*google-gax/);
}

function expectPrinted(printed: string, expected: RegExp): void {
  if (!expected.test(printed)) throw new Error(`This does not match ${String(expected)}:\n${printed}`);
}
