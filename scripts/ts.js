// Runs TypeScript on any supported Node version: `node --import ./scripts/ts.js bench/import.ts`.
// `longrunning` and its subpaths resolve by the package's own name to the build in dist/.
import { register } from 'node:module';

process.setSourceMapsEnabled(true);
register('./ts-hooks.js', import.meta.url);
