// The licences of the packages whose code is in dist/: the command line and the CommonJS files contain packages. The build
// writes them to a file, which is published.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

/** The file with the licences. */
export const noticesFile = 'dist/THIRD-PARTY-LICENSES.txt';

const line = '='.repeat(80);
const heading = new RegExp(`^${line}\\n(\\S+) \\(.+\\)\\n${line}$`, 'gm');

/** The folders of the packages in the output of esbuild, such as `node_modules/p-retry`. */
export function bundledFolders(metafiles: readonly Metafile[]): string[] {
  const inputs = metafiles.flatMap(({ outputs }) =>
    Object.values(outputs).flatMap((output) => Object.keys(output.inputs)),
  );
  const folders = inputs.flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file) ?? []);
  return [...new Set(folders)];
}

/**
 * Returns the licences of packages as a text.
 *
 * @throws Error if a package has no file with its licence.
 */
export function noticesOf(root: string, folders: readonly string[]): string {
  const notices = new Map(folders.map((folder) => noticeOf(join(root, folder))));
  const sections = [...notices].sort(([first], [second]) => (first < second ? -1 : 1)).map(([, text]) => text);
  return ['Files of this package contain code of the following packages.\n', ...sections].join('\n');
}

/** The packages of a text with licences, such as `p-retry@7.1.1`. */
export function packagesIn(notices: string): string[] {
  return [...notices.matchAll(heading)].map(([, name]) => name!);
}

/** The name and version of a package, and the section with its licence. */
function noticeOf(folder: string): [string, string] {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
    license: string;
  };
  const file = readdirSync(folder).find((candidate) => /^licen[cs]e(\.\w+)?$/i.test(candidate));
  if (file === undefined) throw new Error(`${name} has no file with its licence`);
  const text = readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim();
  return [`${name}@${version}`, `${line}\n${name}@${version} (${license})\n${line}\n\n${text}\n`];
}
