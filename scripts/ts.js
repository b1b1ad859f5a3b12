// Runs TypeScript on any supported Node version: `node --import ./scripts/ts.js bench/import.ts`.
// `longrunning` and its subpaths resolve by the package's own name to the build in dist/.
import * as module from 'node:module';
import * as hooks from './ts-hooks.js';

const { registerHooks } = /** @type {{ registerHooks?: (synchronous: typeof hooks) => void }} */ (module);

process.setSourceMapsEnabled(true);
// Newer versions of Node warn of register(); older ones have nothing else.
if (registerHooks) registerHooks(hooks);
else module.register('./ts-hooks.js', import.meta.url);
