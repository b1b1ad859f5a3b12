import ts from 'typescript';

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

/** What a node may be replaced by, each a mutant. */
export function replacementsOf(node: ts.Node): string[] {
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
  if (ts.isNumericLiteral(node)) return isName(node) ? [] : [`(${node.text} + 1)`];
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

/** Whether a number is the name of a property: `{ 404: … }`. */
function isName(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isBindingElement(parent)) return parent.propertyName === node;
  return ts.isPropertyAssignment(parent) && parent.name === node;
}

function binariesOf({ left, operatorToken, right }: ts.BinaryExpression): string[] {
  const operator = swaps[operatorToken.kind];
  if (operator === undefined) return [];
  const isAssignment = operator === '+=' || operator === '-=';
  return [
    isAssignment
      ? `${left.getText()} ${operator} ${right.getText()}`
      : `((${left.getText()}) ${operator} (${right.getText()}))`,
  ];
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
