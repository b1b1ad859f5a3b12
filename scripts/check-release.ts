// Checks what a release needs: the fields of package.json, a bill of materials with all licences, and `npm publish --dry-run`.
//
//   npm run check:release                      the repository's address may still be the placeholder
//   npm run check:release -- --publish v1.2.3  it may not, and the version is the tag's and has a section in the changelog
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { billOfMaterials, bundledPackages } from './sbom.js';

const root = fileURLToPath(new URL('..', import.meta.url));
/** The domain of an address that is not filled in. It can never exist (RFC 2606). */
const placeholder = /^git\+https:\/\/[^/]*\.invalid\//;
const licences = ['Apache-2.0', 'MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', '0BSD'];

interface Manifest {
  readonly version: string;
  readonly author?: string;
  readonly license?: string;
  readonly homepage?: string;
  readonly bugs?: { readonly url?: string };
  readonly repository?: { readonly type?: string; readonly url?: string };
  readonly publishConfig?: { readonly access?: string; readonly provenance?: boolean };
  readonly keywords?: readonly string[];
  readonly dependencies: object;
  readonly optionalDependencies: object;
}

const read = (file: string): string => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');
const manifest = JSON.parse(read('package.json')) as Manifest;
const [, tag] = /--publish (\S+)/.exec(process.argv.join(' ')) ?? [];
const problems = [
  ...manifestProblems(),
  ...(tag === undefined ? [] : publishProblems(tag)),
  ...sbomProblems(),
  ...dryRun(),
];
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
else if (isPlaceholder()) console.log("release: complete, but for the repository's address (RELEASING.md)");
else console.log('release: complete');

function isPlaceholder(): boolean {
  return placeholder.test(manifest.repository?.url ?? '');
}

function manifestProblems(): string[] {
  const { repository, bugs, homepage, author, license, publishConfig, keywords = [] } = manifest;
  const [, address] = /^git\+(https:\/\/.+)\.git$/.exec(repository?.url ?? '') ?? [];
  if (address === undefined) return ['package.json: repository.url must be git+https://….git'];
  return [
    ...(bugs?.url === `${address}/issues` ? [] : [`package.json: bugs.url must be ${address}/issues`]),
    ...(homepage === `${address}#readme` ? [] : [`package.json: homepage must be ${address}#readme`]),
    ...(author && license === 'Apache-2.0' ? [] : ['package.json: author or license is missing']),
    ...(publishConfig?.provenance === true ? [] : ['package.json: publishConfig.provenance must be true']),
    ...(new Set(keywords).size === keywords.length ? [] : ['package.json: a keyword is there twice']),
  ];
}

function publishProblems(tag: string): string[] {
  const { version } = manifest;
  return [
    ...(isPlaceholder() ? ["package.json: the repository's address is not filled in"] : []),
    ...(tag === `v${version}` ? [] : [`The tag is ${tag}, the version ${version}`]),
    ...(read('CHANGELOG.md').includes(`\n## [${version}]`) ? [] : [`CHANGELOG.md has no section [${version}]`]),
  ];
}

function sbomProblems(): string[] {
  const { components } = billOfMaterials();
  const isAllowed = (licence: object): boolean =>
    licences.includes((licence as { license?: { id?: string } }).license?.id ?? '');
  console.log(`release: the bill of materials has ${components.length} packages`);
  return [
    ...Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })
      .filter((name) => !components.some((component) => component.name === name))
      .map((name) => `The bill of materials lacks ${name}, a dependency`),
    ...bundledPackages()
      .filter((name) => !components.some((component) => component['bom-ref'] === name))
      .map((name) => `The bill of materials lacks ${name}, whose code is in dist/`),
    ...components
      .filter(({ licenses = [] }) => licenses.length === 0 || !licenses.every(isAllowed))
      .map((component) => `${component['bom-ref']} has another licence: ${JSON.stringify(component.licenses)}`),
  ];
}

/** The warnings and errors of a publication that sends nothing. */
function dryRun(): string[] {
  const args = ['publish', '--dry-run', '--ignore-scripts', '--loglevel=warn'];
  const { status, stderr } = spawnSync('npm', args, { cwd: root, encoding: 'utf8' });
  const lines = stderr.split('\n').filter((line) => /^npm (warn|error)/i.test(line));
  const warnings = lines.filter((line) => !line.includes('requires you to be logged in'));
  return status === 0 ? warnings : [`npm publish --dry-run failed:`, ...lines];
}
