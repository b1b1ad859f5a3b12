// The types of the package beside each AbortSignal that a program may have: it stays as it is.
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';
import ts from 'typescript';

const root = fileURLToPath(new URL('../../', import.meta.url));
const dist = `${root}dist/`;

/** Checks files by their names, with the built types of the package. Returns the errors, those in these types included. */
function typeCheck(files: Record<string, string>, lib: string[], types: string[]): string[] {
  const options: ts.CompilerOptions = {
    ...{ strict: true, skipLibCheck: false, noEmit: true },
    ...{ target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.NodeNext },
    ...{ lib: lib.map((name) => `lib.${name}.d.ts`), types, typeRoots: [`${root}node_modules/@types`] },
    paths: { 'longrunning/wait-for': [`${dist}wait-for/index.d.ts`] },
  };
  const host = ts.createCompilerHost(options);
  const fileExists = host.fileExists.bind(host);
  const getSourceFile = host.getSourceFile.bind(host);
  const codes = new Map(Object.entries(files).map(([name, code]) => [root + name, code]));
  host.fileExists = (path) => codes.has(path) || fileExists(path);
  host.getSourceFile = (path, version) => {
    const code = codes.get(path);
    return code === undefined ? getSourceFile(path, version) : ts.createSourceFile(path, code, version);
  };
  const program = ts.createProgram([...codes.keys()], options, host);
  const sources = program.getSourceFiles().filter(({ fileName }) => codes.has(fileName) || fileName.startsWith(dist));
  const errors = sources.flatMap((source) => [
    ...program.getSyntacticDiagnostics(source),
    ...program.getSemanticDiagnostics(source),
  ]);
  return errors.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
}

const waiting = `
  import { waitFor } from 'longrunning/wait-for';
  export const wait = (signal: AbortSignal, get: (signal: AbortSignal) => Promise<{ done: boolean }>) =>
    waitFor((_, options) => get(options.signal), 'jobs/7', { signal });
`;
const listening = `${waiting}
  export function listen(signal: AbortSignal): EventTarget {
    signal.addEventListener('abort', (event) => event.type, { once: true });
    return signal;
  }
`;
// As in @cloudflare/workers-types: a class is no property of globalThis.
const workerTypes = `
  declare class Event { readonly type: string }
  declare class EventTarget {
    addEventListener(type: string, listener: (event: Event) => void, options?: { once?: boolean }): void;
    removeEventListener(type: string, listener: (event: Event) => void): void;
  }
  declare abstract class AbortSignal extends EventTarget {
    readonly aborted: boolean;
    readonly reason: any;
  }
  declare function fetch(url: string): Promise<unknown>;
`;

it.each<[string, Record<string, string>, string[], string[]]>([
  ['Node.js without the DOM', { 'program.mts': listening }, ['es2022'], ['node']],
  ['the DOM', { 'program.mts': listening }, ['es2022', 'dom'], []],
  ['a Web worker', { 'program.mts': listening }, ['es2022', 'webworker'], []],
  ['both', { 'program.mts': listening }, ['es2022', 'dom'], ['node']],
  ['a Cloudflare worker', { 'program.mts': listening, 'worker.d.ts': workerTypes }, ['es2022'], []],
  ['none of them', { 'program.mts': waiting }, ['es2022'], []],
])('with the types of %s a program compiles', (_, files, lib, types) => {
  expect(typeCheck(files, lib, types)).toEqual([]);
});
