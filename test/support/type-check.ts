import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Type-checks a module that stands in a folder of test/installed, with the types of the packages there. Returns the errors.
 *
 * @param set - such as `google`.
 * @param paths - more path mappings, relative to the root of the project.
 */
export function typeCheck(set: string, code: string, paths: Record<string, string[]> = {}): string[] {
  const file = `${root}test/installed/${set}/checked.ts`;
  const options: ts.CompilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: true,
    noEmit: true,
    target: ts.ScriptTarget.ES2022,
    lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts', 'lib.dom.d.ts'],
    module: ts.ModuleKind.NodeNext,
    types: ['node'],
    typeRoots: [`${root}node_modules/@types`],
    paths: {
      longrunning: [`${root}src/index.ts`],
      'longrunning/*': [`${root}src/*/index.ts`],
      ...Object.fromEntries(Object.entries(paths).map(([name, [path = '']]) => [name, [`${root}${path}`]])),
    },
  };
  const host = ts.createCompilerHost(options);
  const fileExists = host.fileExists.bind(host);
  const getSourceFile = host.getSourceFile.bind(host);
  host.fileExists = (path) => path === file || fileExists(path);
  host.getSourceFile = (path, languageVersion) =>
    path === file ? ts.createSourceFile(path, code, languageVersion) : getSourceFile(path, languageVersion);
  const program = ts.createProgram([file], options, host);
  const source = program.getSourceFile(file);
  const diagnostics = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
  return diagnostics.map(({ messageText, start = 0 }) => {
    const line = code.slice(0, start).split('\n').length;
    return `line ${line}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
  });
}
