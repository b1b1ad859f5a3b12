// Packs the package, installs it, and tries it with the bundlers, compilers, test runners and platforms of test/setups, each in
// an empty project without configuration: `npm run test:setups`, or `npm run test:setups -- Vite` for those with that name.
// With `-- --quick`, as in the gate, without the platforms, and with the oldest and the newest TypeScript only.
import { parseArgs } from 'node:util';
import { bundlers } from './setups/bundlers.js';
import { typeScript } from './setups/compilers.js';
import { electron } from './setups/electron.js';
import { functions } from './setups/functions.js';
import { platforms } from './setups/platforms.js';
import { testRunners } from './setups/runners.js';
import { Workspace, type Setup } from './setups/workspace.js';

const { values, positionals } = parseArgs({ options: { quick: { type: 'boolean' } }, allowPositionals: true });
const isSelected = ({ name }: Setup): boolean =>
  positionals.length === 0 || positionals.some((part) => name.includes(part));
const isQuick = ({ name }: Setup): boolean => !/^TypeScript (5\.9|6)/.test(name);

const light = [...bundlers, ...typeScript, ...functions, ...electron, ...testRunners()].filter(isSelected);
const groups = [
  { setups: values.quick ? light.filter(isQuick) : light, open: () => new Workspace() },
  {
    setups: values.quick ? [] : platforms.filter(isSelected),
    open: () => new Workspace('platforms', ['bun', 'node-bin']),
  },
];

let failures = 0;
for (const { setups, open } of groups.filter(({ setups }) => setups.length > 0)) {
  const workspace = open();
  try {
    for (const setup of setups) tryOne(setup, workspace);
  } finally {
    workspace.remove();
  }
}
const count = groups.reduce((sum, { setups }) => sum + setups.length, 0);
console.log(`setups: ${count - failures} of ${count} work`);
process.exitCode = failures > 0 || count === 0 ? 1 : 0;

function tryOne(setup: Setup, workspace: Workspace): void {
  const startMs = performance.now();
  try {
    setup.try(workspace.project());
    console.log(`setups: ok      ${setup.name} (${((performance.now() - startMs) / 1000).toFixed(1)} s)`);
  } catch (error) {
    failures++;
    console.log(`setups: FAILED  ${setup.name}\n${(error as Error).message}`);
  }
}
