// Checks how much of src/ the suite and the system tests cover together, after both ran with `--coverage`. Less fails.
import { readFileSync } from 'node:fs';
import coverage, { type CoverageMapData } from 'istanbul-lib-coverage';

const limits = { lines: 99.5, branches: 96.8 };

const map = coverage.createCoverageMap({});
for (const run of ['suite', 'system']) map.merge(readCoverage(run));

const summary = map.getCoverageSummary();
for (const kind of ['lines', 'branches'] as const) {
  const { pct, covered, total } = summary[kind];
  console.log(`coverage: ${pct} % of the ${kind} (${covered} of ${total}; limit ${limits[kind]} %)`);
  if (!(pct >= limits[kind])) process.exitCode = 1;
}

/** What one of the runs has counted. */
function readCoverage(run: string): CoverageMapData {
  const file = new URL(`../coverage/${run}/coverage-final.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as CoverageMapData;
}
