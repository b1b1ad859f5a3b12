// Runs TypeScript on the Node that there is: `node --import ./scripts/ts.js bench/import.ts`.
// `longrunning` and its subpaths are found by the package's own name, so they are the build in dist/.
import { register } from 'node:module';

process.setSourceMapsEnabled(true);
register('./ts-hooks.js', import.meta.url);
