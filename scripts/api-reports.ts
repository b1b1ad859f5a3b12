// Compares the public types of each subpath with the reports in api/, which are part of the review of a change. Reads dist/.
//
//   npm run check:api     fails if a report is out of date, and prints the difference
//   npm run update:api    writes the reports
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  CompilerState,
  Extractor,
  ExtractorConfig,
  ExtractorLogLevel,
  type IConfigFile,
} from '@microsoft/api-extractor';
import { subpaths, type Subpath } from './entries.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const reports = join(root, 'api');
const compilerOptions = {
  target: 'es2022',
  lib: ['es2023', 'esnext.disposable'],
  module: 'nodenext',
  types: ['node'],
  strict: true,
  skipLibCheck: true,
};

/** What api-extractor does for one subpath: it writes a report into a folder, and nothing else. */
function configOf({ name, types }: Subpath, folder: string): ExtractorConfig {
  const silent = { default: { logLevel: ExtractorLogLevel.None } };
  const configObject: IConfigFile = {
    projectFolder: root,
    mainEntryPointFilePath: join(root, types),
    compiler: { overrideTsconfig: { compilerOptions, files: subpaths().map((subpath) => join(root, subpath.types)) } },
    apiReport: {
      enabled: true,
      reportFileName: `${name.replaceAll('/', '-')}.api.md`,
      reportFolder: folder,
      reportTempFolder: join(folder, 'temp'),
    },
    docModel: { enabled: false },
    dtsRollup: { enabled: false },
    tsdocMetadata: { enabled: false },
    newlineKind: 'lf',
    // TypeDoc checks comments and links. Types of the core in the signatures of other subpaths are no mistake.
    messages: {
      compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Error } },
      extractorMessageReporting: silent,
      tsdocMessageReporting: silent,
    },
  };
  return ExtractorConfig.prepare({
    configObject,
    configObjectFullPath: undefined,
    packageJsonFullPath: join(root, 'package.json'),
  });
}

/** Writes a report for each subpath into a folder. One TypeScript program is enough for all of them. */
function writeReports(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const configs = subpaths().map((subpath) => configOf(subpath, folder));
  const compilerState = CompilerState.create(configs[0]!, {
    additionalEntryPoints: configs.map((config) => config.mainEntryPointFilePath),
  });
  for (const config of configs) {
    const { errorCount } = Extractor.invoke(config, {
      localBuild: true,
      compilerState,
      messageCallback: (message) => {
        message.handled = message.logLevel !== ExtractorLogLevel.Error;
      },
    });
    if (errorCount > 0) throw new Error(`${config.mainEntryPointFilePath} has errors`);
  }
  rmSync(join(folder, 'temp'), { recursive: true, force: true });
}

/** Prints the differences between the reports and the types. Returns whether there are none. */
function compare(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'longrunning-api-'));
  try {
    writeReports(folder);
    const args = ['diff', '--no-index', '--exit-code', '--src-prefix=api/', '--dst-prefix=dist/', reports, folder];
    return spawnSync('git', args, { stdio: 'inherit' }).status === 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (process.argv.includes('--update')) {
  rmSync(reports, { recursive: true, force: true });
  writeReports(reports);
  console.log(`api: ${readdirSync(reports).length} reports written`);
} else if (compare()) {
  console.log(`api: the reports of ${subpaths().length} subpaths are up to date`);
} else {
  console.error('\nThe public types differ from the reports in api/. If that is intended: npm run update:api');
  process.exitCode = 1;
}
