import { defineConfig } from 'eslint/config'
import tseslint from 'typescript-eslint'
import { layerBoundaries, simulatorBoundaries } from './eslint.boundaries.js'

export default defineConfig(
  { ignores: ['node_modules', 'data', 'dist', 'screenshots'] },
  tseslint.configs.strictTypeChecked,
  {
    // A third faster than `projectService`, which is not needed for one project.
    languageOptions: {
      parserOptions: { project: 'tsconfig.json', tsconfigRootDir: import.meta.dirname },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/consistent-type-definitions': ['error', 'type'],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      eqeqeq: 'error',
      'no-console': 'error',
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Only the files that start a program read the environment.' },
      ],
    },
  },
  layerBoundaries,
  simulatorBoundaries,
  // Files that start a program, tests and benchmarks may read the environment. The SDK and the HTTP client read it by themselves.
  {
    files: [
      ...['src/aws/environment.ts', 'src/outgoing.ts'],
      ...['src/main.ts', 'src/demo.ts', 'src/env-file.ts', 'src/cli/*/main.ts', 'simulator/src/main.ts', 'deploy/*.ts'],
      ...['test/**', 'simulator/test/**', 'bench/**', 'drills/**', 'scripts/**'],
    ],
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    files: ['test/**', 'simulator/test/**', 'bench/**', 'drills/**', 'scripts/**', '**/*.js'],
    rules: { '@typescript-eslint/consistent-type-assertions': 'off', 'no-console': 'off' },
  },
  // Tests and benchmarks may share only `test/support`.
  {
    files: ['test/**'],
    rules: { 'no-restricted-imports': ['error', { patterns: [{ regex: '/(bench|drills|scripts)/' }] }] },
  },
  {
    files: ['bench/**', 'drills/**', 'scripts/**'],
    rules: { 'no-restricted-imports': ['error', { patterns: [{ regex: '/test/(?!support/)' }] }] },
  },
  // JavaScript files are not part of the TypeScript project: the page's script runs in browsers, the others are configuration.
  { files: ['**/*.{js,cjs}'], extends: [tseslint.configs.disableTypeChecked] },
)
