// Lists the packages that come with an installation, in the form of CycloneDX: the dependencies, also the optional ones, with
// all of theirs, and the packages whose code is in dist/. Of google-gax it has both major versions that are tested: an
// installation has one of them. `npm run --silent sbom > sbom.json`.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { noticesFile, packagesIn } from './notices.js';

const root = fileURLToPath(new URL('..', import.meta.url));

/** A package of a bill of materials. */
export interface Component {
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version: string;
  readonly hashes?: readonly object[];
  readonly licenses?: readonly object[];
}

/** A bill of materials, as CycloneDX has it. */
export interface Bom {
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

/** The bill of materials of an installation. */
export function billOfMaterials(): Bom {
  // `npm sbom --omit dev` also omits dependencies that development packages use.
  const bom = JSON.parse(npm(['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'])) as Bom;
  const { component } = bom.metadata;
  const { name, dependencies, optionalDependencies } = readJson('package.json') as {
    name: string;
    dependencies: Record<string, string>;
    optionalDependencies: Record<string, string>;
  };
  const installed = { ...dependencies, ...optionalDependencies };
  const edges = new Map(bom.dependencies.map(({ ref, dependsOn }) => [ref, dependsOn]));
  const direct = (edges.get(component['bom-ref']) ?? []).filter((ref) => nameOf(ref) in installed);
  const roots = [...direct, ...bundledPackages()];
  const included = reachable(roots, edges);
  return {
    ...bom,
    metadata: { ...bom.metadata, component: { ...component, name } },
    // A package that is installed under an alias has its own name.
    components: bom.components
      .filter((candidate) => included.has(candidate['bom-ref']))
      .map((candidate) => ({ ...candidate, name: nameOf(candidate['bom-ref']) })),
    dependencies: [
      { ref: component['bom-ref'], dependsOn: [...new Set(roots)] },
      ...bom.dependencies.filter(({ ref }) => included.has(ref)),
    ],
  };
}

/** The packages whose code is in dist/. */
export function bundledPackages(): string[] {
  return packagesIn(readFileSync(join(root, noticesFile), 'utf8'));
}

function reachable(roots: readonly string[], edges: ReadonlyMap<string, readonly string[]>): Set<string> {
  const found = new Set<string>();
  const pending = [...roots];
  for (let ref = pending.pop(); ref !== undefined; ref = pending.pop()) {
    if (found.has(ref)) continue;
    found.add(ref);
    pending.push(...(edges.get(ref) ?? []));
  }
  return found;
}

/** The name of `@scope/name@1.2.3`. */
function nameOf(ref: string): string {
  return ref.slice(0, ref.indexOf('@', 1));
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(join(root, file), 'utf8'));
}

function npm(args: string[]): string {
  const { status, stdout, stderr } = spawnSync('npm', args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (status !== 0) throw new Error(`npm ${args.join(' ')} failed:\n${stderr}`);
  return stdout;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(JSON.stringify(billOfMaterials(), undefined, 2));
