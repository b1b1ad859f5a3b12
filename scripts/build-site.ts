// Builds the site: TypeDoc's reference and the guides, in the order in which the README names them.
//
//   npm run docs
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { subpaths } from './entries.js';
import { adaptPage } from './site/adapt-page.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const temporary = mkdtempSync(join(tmpdir(), 'longrunning-site-'));
try {
  const script = join(temporary, 'page.js');
  await build({
    entryPoints: [join(root, 'scripts/site/page.ts')],
    outfile: script,
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    logLevel: 'warning',
  });
  const modules = subpaths().map(({ name }) => (name === 'index' ? 'longrunning' : `longrunning/${name}`));
  const options = { projectDocuments: guides(), navigationLeaves: ['Architecture', ...modules], customJs: script };
  const args = Object.entries(options).flatMap(([name, value]) =>
    [value].flat().flatMap((text) => [`--${name}`, text]),
  );
  const typedoc = join(root, 'node_modules/typedoc/bin/typedoc');
  const { status } = spawnSync(process.execPath, [typedoc, ...args], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
} finally {
  rmSync(temporary, { recursive: true });
}
const site = join(root, 'site');
for (const file of readdirSync(site, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.html'))) {
  writeFileSync(join(site, file), adaptPage(readFileSync(join(site, file), 'utf8')));
}

/** The README and the guides: first those that the README names, in its order. The decisions are below Architecture. */
function guides(): string[] {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const list = readme.slice(readme.indexOf('\n## Documentation'));
  const inReadme = [...list.matchAll(/\((docs\/[\w-]+\.md)/g)].map(([, path]) => path!);
  const others = readdirSync(join(root, 'docs')).filter((file) => file.endsWith('.md'));
  return [...new Set(['README.md', ...inReadme, ...others.map((file) => `docs/${file}`)])];
}
