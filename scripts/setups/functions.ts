import type { Setup } from './workspace.js';

const forms = [
  { name: 'an ES module', file: 'index.mjs', options: '--format=esm --packages=external' },
  { name: 'CommonJS', file: 'index.cjs', options: '--format=cjs --packages=external' },
  { name: 'a bundle, as of CDK and SAM', file: 'index.cjs', options: '--format=cjs' },
];

/** The handler of docs/recipes.md for AWS Lambda in the forms in which functions are deployed, called by this Node.js. */
export const functions: readonly Setup[] = forms.map(({ name, file, options }) => ({
  name: `Lambda, ${name}`,
  try: (project) => {
    project.copy('lambda-program.ts', 'call-handler.cjs');
    project.copyAs('docs/examples/recipes/lambda.ts', 'lambda.ts');
    project.run(`esbuild lambda-program.ts --bundle --platform=node ${options} --outfile=${file}`);
    const printed = project.run(`node call-handler.cjs ${file}`);
    if (!printed.includes('done: false, then true')) throw new Error(`The handler printed:\n${printed}`);
  },
}));
