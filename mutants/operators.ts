import ts from 'typescript';

/** A small change of a source file, which a test should notice. */
export interface Mutant {
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
}

const swaps: Partial<Record<ts.SyntaxKind, string>> = {
  [ts.SyntaxKind.LessThanToken]: '<=',
  [ts.SyntaxKind.LessThanEqualsToken]: '<',
  [ts.SyntaxKind.GreaterThanToken]: '>=',
  [ts.SyntaxKind.GreaterThanEqualsToken]: '>',
  [ts.SyntaxKind.EqualsEqualsEqualsToken]: '!==',
  [ts.SyntaxKind.ExclamationEqualsEqualsToken]: '===',
  [ts.SyntaxKind.AmpersandAmpersandToken]: '||',
  [ts.SyntaxKind.BarBarToken]: '&&',
  [ts.SyntaxKind.QuestionQuestionToken]: '&&',
  [ts.SyntaxKind.PlusToken]: '-',
  [ts.SyntaxKind.MinusToken]: '+',
  [ts.SyntaxKind.AsteriskToken]: '/',
  [ts.SyntaxKind.SlashToken]: '*',
  [ts.SyntaxKind.PlusEqualsToken]: '-=',
  [ts.SyntaxKind.MinusEqualsToken]: '+=',
};

/** All mutants of a source, in the order of the text. */
export function mutantsOf(source: string): Mutant[] {
  const file = ts.createSourceFile('source.ts', source, ts.ScriptTarget.Latest, true);
  const mutants: Mutant[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isInterfaceDeclaration(node)) return;
    for (const replacement of replacementsOf(node)) {
      mutants.push({ start: node.getStart(file), end: node.getEnd(), replacement });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return mutants.sort((a, b) => a.start - b.start);
}

/** The source with a mutant in it. */
export function applyMutant(source: string, { start, end, replacement }: Mutant): string {
  return source.slice(0, start) + replacement + source.slice(end);
}

function replacementsOf(node: ts.Node): string[] {
  if (isCondition(node)) return ['true', 'false', ...literalsOf(node)];
  return literalsOf(node);
}

/** Whether a node decides which way an `if` or a `?:` goes. */
function isCondition(node: ts.Node): boolean {
  if (ts.isSourceFile(node)) return false;
  const { parent } = node;
  if (ts.isIfStatement(parent)) return parent.expression === node;
  return ts.isConditionalExpression(parent) && parent.condition === node;
}

function literalsOf(node: ts.Node): string[] {
  if (node.kind === ts.SyntaxKind.TrueKeyword) return ['false'];
  if (node.kind === ts.SyntaxKind.FalseKeyword) return ['true'];
  if (ts.isNumericLiteral(node)) return [`(${node.text} + 1)`];
  if (ts.isBinaryExpression(node)) return binariesOf(node);
  if (ts.isPrefixUnaryExpression(node)) return unariesOf(node);
  if (ts.isExpressionStatement(node)) return statementsOf(node);
  if (ts.isPropertyAccessExpression(node)) {
    const text = node.getText();
    if (text === 'Math.min') return ['Math.max'];
    if (text === 'Math.max') return ['Math.min'];
  }
  return [];
}

function binariesOf({ left, operatorToken, right }: ts.BinaryExpression): string[] {
  const operator = swaps[operatorToken.kind];
  if (operator === undefined) return [];
  const isAssignment = operator.endsWith('=') && operator.length === 2 && '+-'.includes(operator[0]!);
  const text = `${left.getText()} ${operator} ${right.getText()}`;
  return [isAssignment ? text : `(${text})`];
}

function unariesOf({ operator, operand }: ts.PrefixUnaryExpression): string[] {
  if (operator === ts.SyntaxKind.ExclamationToken) return [operand.getText()];
  if (operator === ts.SyntaxKind.PlusPlusToken) return [`--${operand.getText()}`];
  if (operator === ts.SyntaxKind.MinusMinusToken) return [`++${operand.getText()}`];
  return [];
}

/** A call or an assignment that is left out. `super()` must stay. */
function statementsOf({ expression }: ts.ExpressionStatement): string[] {
  const isSuper = ts.isCallExpression(expression) && expression.expression.kind === ts.SyntaxKind.SuperKeyword;
  return isSuper ? [] : [';'];
}
