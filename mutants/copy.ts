import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

const linked = ['node_modules', 'dist'];
const left = [...linked, '.git'];

/** A copy of the tree, in which sources may be broken. The installed packages and the build are linked. */
export class TreeCopy implements Disposable {
  readonly root = mkdtempSync(join(tmpdir(), 'longrunning-mutants-'));

  constructor(from: string) {
    for (const name of readdirSync(from)) {
      const [source, target] = [join(from, name), join(this.root, name)];
      if (linked.includes(name)) symlinkSync(source, target);
      else if (!left.includes(name)) cpSync(source, target, { recursive: true, filter });
    }
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

function filter(path: string): boolean {
  return !left.includes(basename(path));
}
