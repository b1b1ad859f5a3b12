import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

export default defineConfig(
  {
    ignores: [
      'dist',
      'site',
      'coverage',
      'test/installed',
      'test/setups',
      '**/*.cts',
      'docs/examples/*.mjs',
      'test/fixtures/protos',
    ],
  },
  js.configs.recommended,
  {
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true, ignoreVoidOperator: false },
      ],
      // An aborted wait rejects with the signal's own reason, whatever it is.
      '@typescript-eslint/only-throw-error': 'off',
      '@typescript-eslint/prefer-promise-reject-errors': 'off',
      '@typescript-eslint/no-base-to-string': 'off', // bad arguments are shown as they are
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/non-nullable-type-assertion-style': 'off',
      '@typescript-eslint/no-redeclare': 'off', // Code is a const object and a type of the same name
      'no-undef': 'off', // the type check's
      'no-restricted-exports': ['error', { restrictedNamedExports: ['default'] }],
    },
  },
  {
    // The tools want their configuration as the default export.
    files: ['*.config.js'],
    rules: { 'no-restricted-exports': 'off' },
  },
  {
    files: [
      'test/**/*.ts',
      'bench/**/*.ts',
      'sim/**/*.ts',
      'soak/**/*.ts',
      'mutants/**/*.ts',
      'fuzz/**/*.ts',
      'demo/**/*.ts',
      'docs/examples/**/*.ts',
      'scripts/**/*.ts',
    ],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
);
