// The code of docs/examples as blocks that compile by themselves: a region is extended to whole statements, and the imports and declarations that it uses
// are put before it.
import { readFileSync } from 'node:fs';
import ts from 'typescript';

const examples = new URL('../docs/examples/', import.meta.url);

interface ImportedName {
  readonly module: string;
  /** As in the import clause: `name`, `name as local`, `* as local`, or the default's local name. */
  readonly clause: string;
  readonly kind: 'named' | 'namespace' | 'default';
  readonly isType: boolean;
}

interface ExampleFile {
  readonly text: string;
  readonly statements: readonly ts.Statement[];
  readonly imports: ReadonlyMap<string, ImportedName>;
  readonly declarations: ReadonlyMap<string, ts.Statement>;
}

/** Returns the code of regions of an example, or of all of it, as a module of its own. */
export function exampleCode(file: string, regions: readonly string[]): string {
  const example = parse(file);
  if (regions.length === 0) return withoutMarkers(example.text);
  const ranges = regions.map((name) => regionRange(example.text, name, file));
  const selected = example.statements.filter(
    (statement) =>
      !ts.isImportDeclaration(statement) &&
      ranges.some(({ start, end }) => statement.getStart() < end && statement.end > start),
  );
  const closure = new Closure();
  closure.add(file, selected);
  return closure.print(selected);
}

/** Statements and all that they use. */
class Closure {
  readonly #imports = new Map<string, ImportedName>();
  readonly #visited = new Set<ts.Statement>();
  /** By their files; a file comes before those that it imports. */
  readonly #files = new Map<string, Set<ts.Statement>>();

  add(file: string, statements: readonly ts.Statement[]): void {
    const example = parse(file);
    for (const statement of statements) {
      if (this.#visited.has(statement)) continue;
      this.#visited.add(statement);
      this.#files.set(file, (this.#files.get(file) ?? new Set()).add(statement));
      for (const name of namesIn(statement)) this.#addName(example, file, name);
    }
  }

  print(selected: readonly ts.Statement[]): string {
    const statements = [...this.#files.values()].reverse().flatMap((known) => [...known].sort((a, b) => a.pos - b.pos));
    const code = statements.map((statement, index) => {
      const text = withoutMarkers(statement.getFullText());
      const own = selected.includes(statement) ? text : text.replace(/^export (?!\{)/m, '');
      const isSeparate = index > 0 && /\n\n|#(end)?region/.test(leadingTrivia(statement));
      return isSeparate ? `\n${own}` : own;
    });
    return [...printImports([...this.#imports.values()]), ...code].join('');
  }

  #addName(example: ExampleFile, file: string, name: string): void {
    const imported = example.imports.get(name);
    if (imported?.module.startsWith('.')) this.#addRelative(imported);
    else if (imported) this.#imports.set(name, imported);
    const declaration = example.declarations.get(name);
    if (declaration) this.add(file, [declaration]);
  }

  #addRelative({ module, clause }: ImportedName): void {
    const file = module.replace(/^\.\//, '').replace(/\.js$/, '.ts');
    const declaration = parse(file).declarations.get(clause);
    if (declaration) this.add(file, [declaration]);
  }
}

const cache = new Map<string, ExampleFile>();

function parse(file: string): ExampleFile {
  const known = cache.get(file);
  if (known) return known;
  const text = readFileSync(new URL(file, examples), 'utf8');
  const tree = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const imports = new Map<string, ImportedName>();
  const declarations = new Map<string, ts.Statement>();
  for (const statement of tree.statements) {
    if (ts.isImportDeclaration(statement)) readImport(statement, imports);
    else for (const name of declaredNames(statement)) declarations.set(name, statement);
  }
  const example = { text, statements: tree.statements, imports, declarations };
  cache.set(file, example);
  return example;
}

function readImport(statement: ts.ImportDeclaration, imports: Map<string, ImportedName>): void {
  const { importClause, moduleSpecifier } = statement;
  const module = (moduleSpecifier as ts.StringLiteral).text;
  const bindings = importClause?.namedBindings;
  const isType = importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
  if (importClause?.name) {
    const { text } = importClause.name;
    imports.set(text, { module, clause: text, kind: 'default', isType });
  }
  if (!bindings) return;
  if (ts.isNamespaceImport(bindings)) {
    const { text } = bindings.name;
    imports.set(text, { module, clause: `* as ${text}`, kind: 'namespace', isType });
    return;
  }
  for (const element of bindings.elements) {
    const { name, propertyName } = element;
    const clause = propertyName ? `${propertyName.text} as ${name.text}` : name.text;
    imports.set(name.text, { module, clause, kind: 'named', isType: isType || element.isTypeOnly });
  }
}

function declaredNames(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.flatMap(({ name }) => boundNames(name));
  }
  const { name } = statement as { name?: ts.Node };
  return name && ts.isIdentifier(name) ? [name.text] : [];
}

function boundNames(name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) => (ts.isOmittedExpression(element) ? [] : boundNames(element.name)));
}

/** The names that a statement may take from outside: its identifiers, except names of properties and members. */
function namesIn(statement: ts.Statement): Set<string> {
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && !isMemberName(node)) names.add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(statement);
  return names;
}

function isMemberName(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node;
  if (ts.isQualifiedName(parent)) return parent.right === node;
  if (ts.isBindingElement(parent)) return parent.propertyName === node;
  const isMember =
    ts.isPropertyAssignment(parent) ||
    ts.isPropertySignature(parent) ||
    ts.isPropertyDeclaration(parent) ||
    ts.isMethodDeclaration(parent) ||
    ts.isMethodSignature(parent) ||
    ts.isParameter(parent);
  return isMember && parent.name === node;
}

function printImports(imports: readonly ImportedName[]): string[] {
  const modules = [...new Set(imports.map(({ module }) => module))].sort(
    (a, b) => importRank(a) - importRank(b) || (a < b ? -1 : 1),
  );
  const lines = modules.flatMap((module) => printImport(module, imports));
  return lines.length > 0 ? [...lines, '\n'] : [];
}

/** Node's modules first, then packages, then this one. */
const importRank = (module: string): number =>
  module.startsWith('node:') ? 0 : /^longrunning(\/|$)/.test(module) ? 2 : 1;

function printImport(module: string, imports: readonly ImportedName[]): string[] {
  const from = imports.filter((one) => one.module === module);
  const whole = from.filter(({ kind }) => kind !== 'named');
  const named = from.filter(({ kind }) => kind === 'named').sort((a, b) => a.clause.localeCompare(b.clause, 'en'));
  const lines = whole.map(({ clause, isType }) => `import ${isType ? 'type ' : ''}${clause} from '${module}';\n`);
  if (named.length === 0) return lines;
  const allTypes = named.every(({ isType }) => isType);
  const names = named.map(({ clause, isType }) => (isType && !allTypes ? `type ${clause}` : clause));
  const keyword = allTypes ? 'import type' : 'import';
  const line = `${keyword} { ${names.join(', ')} } from '${module}';`;
  return [
    ...lines,
    line.length <= 120 ? `${line}\n` : `${keyword} {\n  ${names.join(',\n  ')},\n} from '${module}';\n`,
  ];
}

function regionRange(text: string, name: string, file: string): { start: number; end: number } {
  const match = new RegExp(`^ *// #region ${name}\n[^]*?^ *// #endregion ${name}$`, 'm').exec(text);
  if (!match) throw new Error(`There is no region '${name}' in ${file}`);
  return { start: match.index, end: match.index + match[0].length };
}

const leadingTrivia = (statement: ts.Statement): string =>
  statement.getFullText().slice(0, statement.getStart() - statement.pos);

/** Without the comments that mark regions, and with one newline at the end. */
const withoutMarkers = (text: string): string => `${text.replace(/^ *\/\/ #(end)?region.*\n/gm, '').trim()}\n`;
