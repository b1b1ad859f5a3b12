import type { Setup } from './workspace.js';

interface Compilation {
  /** The package name of the compiler in test/setups/package.json. */
  readonly compiler: 'ts54' | 'ts59' | 'typescript' | 'ts7';
  readonly lib: readonly string[];
  readonly types?: readonly string[];
  readonly module: 'nodenext' | 'commonjs' | 'esnext';
  readonly moduleResolution?: 'node10' | 'bundler';
  readonly file: string;
}

const versions = { ts54: '5.4', ts59: '5.9', typescript: '6.0', ts7: '7.0' };
const compilers = ['ts54', 'ts59', 'typescript', 'ts7'] as const;

const compilations: readonly Compilation[] = [
  ...compilers.flatMap((compiler): Compilation[] => [
    { compiler, lib: ['es2022'], module: 'nodenext', file: 'every-type.mts' },
    { compiler, lib: ['es2022'], types: ['node'], module: 'nodenext', file: 'every-type.mts' },
    { compiler, lib: ['es2022', 'dom'], module: 'nodenext', file: 'every-type.cts' },
    { compiler, lib: ['es2022'], module: 'esnext', moduleResolution: 'bundler', file: 'every-type.ts' },
  ]),
  // TypeScript 7 has no node10.
  ...compilers.slice(0, 3).map((compiler): Compilation => {
    return { compiler, lib: ['es2022', 'dom'], module: 'commonjs', moduleResolution: 'node10', file: 'every-type.ts' };
  }),
];

/** The types of the package, with `skipLibCheck: false`: every error in them counts. */
export const typeScript: readonly Setup[] = compilations.map((compilation) => {
  const { compiler, lib, types = [], module, moduleResolution, file } = compilation;
  const resolution = moduleResolution === undefined ? module : `${module}, ${moduleResolution}`;
  return {
    name: `TypeScript ${versions[compiler]} (${[...lib, ...types].join(', ')}; ${resolution}; ${file.split('.')[1]!})`,
    try: (project) => {
      project.copyAs('test/setups/every-type.ts', file);
      const compilerOptions = {
        ...{ strict: true, noEmit: true, skipLibCheck: false, exactOptionalPropertyTypes: true, types },
        ...{ target: 'es2022', lib, module, ...(moduleResolution && { moduleResolution }) },
        ...(compiler === 'typescript' && { ignoreDeprecations: '6.0' }),
      };
      project.write('tsconfig.json', JSON.stringify({ compilerOptions, files: [file] }));
      project.run(`node ${project.tool(`${compiler}/bin/tsc`)} -p .`);
    },
  };
});
