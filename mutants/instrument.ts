import ts from 'typescript';
import { replacementsOf } from './operators.js';

/** A small change of a source file, which a test should notice. */
export interface Mutant {
  readonly id: number;
  readonly file: string;
  readonly line: number;
  /** The line, and what is replaced in it: the same as long as the line is. */
  readonly key: string;
}

/** A source that has all its mutants in it, each behind a switch: `__mutant(17)` is true while the mutant 17 is on. */
export interface InstrumentedSource {
  readonly code: string;
  readonly mutants: readonly Mutant[];
}

/** Puts all mutants into a source. They are numbered from `firstId`, in the order of the text. */
export function instrument(file: string, source: string, firstId: number): InstrumentedSource {
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true);
  const mutants: Mutant[] = [];
  const lines = source.split('\n');
  const seen = new Map<string, number>();

  const render = (node: ts.Node): string => {
    if (ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isInterfaceDeclaration(node)) return node.getText();
    const replacements = replacementsOf(node);
    const own = replacements.map((replacement) => mutantAt(node, replacement));
    const code = renderChildren(node);
    return withSwitches(node, code, own, replacements);
  };

  const mutantAt = (node: ts.Node, replacement: string): Mutant => {
    const { line } = tree.getLineAndCharacterOfPosition(node.getStart());
    const text = `${lines[line]!.trim()}: ${shorten(node.getText())} → ${shorten(replacement)}`;
    const times = (seen.get(text) ?? 0) + 1;
    seen.set(text, times);
    const mutant = {
      id: firstId + mutants.length,
      file,
      line: line + 1,
      key: times === 1 ? text : `${text} #${times}`,
    };
    mutants.push(mutant);
    return mutant;
  };

  const renderChildren = (node: ts.Node): string => {
    let code = '';
    let position = node.getStart();
    ts.forEachChild(node, (child) => {
      code += source.slice(position, child.getStart()) + render(child);
      position = child.getEnd();
    });
    return code + source.slice(position, node.getEnd());
  };

  return { code: render(tree), mutants };
}

function withSwitches(
  node: ts.Node,
  code: string,
  mutants: readonly Mutant[],
  replacements: readonly string[],
): string {
  if (mutants.length === 0) return code;
  if (ts.isStatement(node)) return `{ if (!__mutant(${mutants[0]!.id})) { ${code} } }`;
  const choices = mutants.map(({ id }, i) => `__mutant(${id}) ? ${replacements[i]!} : `);
  return `(${choices.join('')}${code})`;
}

function shorten(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length <= 100 ? line : `${line.slice(0, 99)}…`;
}
