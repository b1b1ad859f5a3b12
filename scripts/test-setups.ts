// Packs the package once, installs it, and tries it with the bundlers, compilers and test runners of test/setups, each in an
// empty project without configuration: `npm run test:setups`, or `npm run test:setups -- Vite` for those with that name.
import { bundlers } from './setups/bundlers.js';
import { typeScript } from './setups/compilers.js';
import { testRunners } from './setups/runners.js';
import { Workspace } from './setups/workspace.js';

const selected = process.argv.slice(2);
const setups = [...bundlers, ...typeScript, ...testRunners()].filter(
  ({ name }) => selected.length === 0 || selected.some((part) => name.includes(part)),
);

const workspace = new Workspace();
let failures = 0;
try {
  for (const setup of setups) {
    const startMs = performance.now();
    try {
      setup.try(workspace.project());
      console.log(`setups: ok      ${setup.name} (${((performance.now() - startMs) / 1000).toFixed(1)} s)`);
    } catch (error) {
      failures++;
      console.log(`setups: FAILED  ${setup.name}\n${(error as Error).message}`);
    }
  }
} finally {
  workspace.remove();
}
console.log(`setups: ${setups.length - failures} of ${setups.length} work`);
process.exitCode = failures > 0 || setups.length === 0 ? 1 : 0;
