import type { Setup } from './workspace.js';

const forms = [
  { name: 'an ES module', file: 'index.mjs', options: '--format=esm --packages=external' },
  { name: 'CommonJS', file: 'index.cjs', options: '--format=cjs --packages=external' },
  { name: 'a bundle, as of CDK and SAM', file: 'index.cjs', options: '--format=cjs' },
];

/** The handler of docs/recipes.md for AWS Lambda in the forms in which functions are deployed, called by this Node.js. */
const lambda: readonly Setup[] = forms.map(({ name, file, options }) => ({
  name: `Lambda, ${name}`,
  try: (project) => {
    project.copy('lambda-program.ts', 'call-handler.cjs');
    project.copyAs('docs/examples/recipes/lambda.ts', 'lambda.ts');
    project.run(`esbuild lambda-program.ts --bundle --platform=node ${options} --outfile=${file}`);
    const printed = project.run(`node call-handler.cjs ${file}`);
    if (!printed.includes('done: false, then true')) throw new Error(`The handler printed:\n${printed}`);
  },
}));

/** The service of docs/recipes.md for Cloud Run, as one file in a process that gets the signals of a container. */
const cloudRun: Setup = {
  name: 'Cloud Run, an instance that ends and one that resumes',
  try: (project) => {
    project.copy('cloud-run-instance.ts', 'cloud-run.cjs');
    project.copyAs('docs/examples/recipes/cloud-run.ts', 'cloud-run.ts');
    project.run('esbuild cloud-run-instance.ts --bundle --platform=node --format=cjs --outfile=instance.cjs');
    const printed = project.run('node cloud-run.cjs instance.cjs');
    const expected = [
      'first: 503, retry-after 1, exit 0',
      'second: 200, {"state":"succeeded"}, 1 started',
      'second: exit 0',
    ];
    if (printed.trim() !== expected.join('\n')) throw new Error(`The instances printed:\n${printed}`);
  },
};

export const functions: readonly Setup[] = [...lambda, cloudRun];
