import { readFileSync } from 'node:fs';
import type { Setup } from './workspace.js';

const guide = new URL('../../docs/testing.md', import.meta.url);

/**
 * The sections about test runners of docs/testing.md, as they stand there: a code block that begins with a comment like
 * `// report.test.js` is that file, and the block in `sh` is run beside them.
 */
export function testRunners(): readonly Setup[] {
  const [, chapter = ''] = readFileSync(guide, 'utf8').split(/^## Test runners$/m);
  const [sections = ''] = chapter.split(/^## /m);
  return sections.split(/^### /m).slice(1).map(setupOf);
}

function setupOf(section: string): Setup {
  const name = section.slice(0, section.indexOf('\n'));
  const files = [...section.matchAll(/^```[a-z]+\n(?:\/\/ (\S+)\n)([^]*?)^```$/gm)];
  const command = /^```sh\n(.*)\n```$/m.exec(section)?.[1];
  return {
    name: `docs/testing.md, ${name}`,
    try: (project) => {
      if (!command || files.length === 0) throw new Error(`The section '${name}' has no command or no files`);
      for (const [, file, text] of files) project.write(file!, text!);
      const printed = project.run(command.replace('npx ', ''));
      if (!/\b[1-9]\d* (?:passed|passing)|^. pass [1-9]/m.test(printed)) throw new Error(`No test passed:\n${printed}`);
    },
  };
}
