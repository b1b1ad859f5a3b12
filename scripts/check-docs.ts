// Checks every TypeScript and JavaScript block of the README, the guides and the skill, as it stands on its page: all of them are type-checked in one
// program, and complete programs that use the emulator are run, beside an installation of this package alone.
//
//   npm run test:docs
import { execFile } from 'node:child_process';
import { mkdtempSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import ts from 'typescript';
import { documents, read } from './fill-docs.js';

const root = fileURLToPath(new URL('../', import.meta.url));

interface Block {
  /** Page and line: `docs/polling.md:120`. */
  readonly place: string;
  readonly extension: string;
  readonly code: string;
}

/** The code blocks of a page. */
function blocksOf(page: string): Block[] {
  const text = read(page);
  return [...text.matchAll(/^```(ts|tsx|js|jsx|typescript|javascript)\n([^]*?)^```$/gm)].map((match) => ({
    place: `${page}:${text.slice(0, match.index).split('\n').length + 1}`,
    extension: match[1]!.replace('typescript', 'ts').replace('javascript', 'js'),
    code: match[2]!,
  }));
}

/** Type-checks all blocks in one program, strictly, each as a module of its own. Returns the errors by their places. */
function typeCheck(blocks: readonly Block[]): string[] {
  const files = new Map(blocks.map((block, index) => [join(root, `docs-block-${index}.${block.extension}`), block]));
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path)) as {
    config: object;
  };
  const { options } = ts.parseJsonConfigFileContent({ ...config, files: [] }, ts.sys, root);
  const compilerOptions = {
    ...options,
    checkJs: false, // JavaScript is parsed and run
    jsx: ts.JsxEmit.ReactJSX,
    moduleDetection: ts.ModuleDetectionKind.Force,
  };
  const host = ts.createCompilerHost(compilerOptions);
  host.fileExists = (path) => files.has(path) || ts.sys.fileExists(path);
  host.readFile = (path) => files.get(path)?.code ?? ts.sys.readFile(path);
  const program = ts.createProgram([...files.keys()], compilerOptions, host);
  return [...files].flatMap(([path, { place }]) => {
    const source = program.getSourceFile(path)!;
    const diagnostics = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return diagnostics.map(({ start = 0, messageText }) => {
      const line = source.getLineAndCharacterOfPosition(start).line + 1;
      return `${place}, line ${line} of the block: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
    });
  });
}

/** Whether a block is a program that runs by itself: it has an emulator and is no test of a test runner. */
function isProgram({ code }: Block): boolean {
  const isTest = /from '(@jest\/globals|vitest|node:test)'/.test(code);
  const modules = [...code.matchAll(/^(?:import|\} from|.* from) .*?'([^']+)';$/gm)].map(([, module]) => module!);
  const standsAlone = modules.every((module) => /^(longrunning(\/.*)?|node:.*)$/.test(module));
  return !isTest && standsAlone && code.includes('new OperationsEmulator') && /^(await|for|console\.)/m.test(code);
}

/** Runs programs beside an installation of this package alone. Returns the errors. */
async function run(programs: readonly Block[]): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'longrunning-docs-'));
  try {
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(root, join(folder, 'node_modules/longrunning'), 'dir');
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
    const errors = await Promise.all(programs.map((block, index) => runOne(folder, block, index)));
    return errors.flat();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function runOne(folder: string, { place, extension, code }: Block, index: number): Promise<string[]> {
  const file = `block-${index}.${extension}`;
  writeFileSync(join(folder, file), code);
  const loader = extension === 'js' && !code.includes('await using') ? [] : ['--import', join(root, 'scripts/ts.js')];
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [...loader, file], { cwd: folder, timeout: 60_000 });
    return stdout.trim() === '' ? [`${place}: the program prints nothing`] : [];
  } catch (error) {
    return [`${place}: ${(error as Error).message}`];
  }
}

const blocks = documents.flatMap(blocksOf);
const programs = blocks.filter(isProgram);
const errors = [...typeCheck(blocks), ...(await run(programs))];
for (const error of errors) console.error(error);
console.log(
  `${blocks.length} code blocks of ${documents.length} pages: all type-checked, ${programs.length} run, ${errors.length} errors`,
);
process.exitCode = errors.length > 0 || programs.length === 0 ? 1 : 0;
