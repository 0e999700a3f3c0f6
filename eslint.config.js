import { defineConfig } from 'eslint/config'
import tseslint from 'typescript-eslint'

/** What a room must not see. Imports run one way: main → app → routes → http → domain → errors; main → aws | store → domain. */
const wall = (room, closed, reason) => ({
  files: [`src/${room}/**/*.ts`],
  rules: {
    'no-restricted-imports': ['error', { patterns: [{ regex: closed, message: reason }] }],
  },
})
const rooms = (...names) => `^\\.\\.?/(\\.\\./)*(${names.join('|')})(/|\\.ts$)`
const any = (...patterns) => patterns.join('|')

const sdk = '^@aws-sdk/|^@smithy/'
const sql = '^kysely|^pg$|^node:sqlite$'
const web = '^express|^helmet$|^pino|^ejs$'

export default defineConfig(
  { ignores: ['node_modules', 'data', 'screenshots'] },
  tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
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
        { object: 'process', property: 'env', message: 'The environment enters in main.ts alone.' },
      ],
    },
  },
  // The composition roots, and what is not the app.
  {
    files: ['src/main.ts', 'src/demo.ts', 'src/*/main.ts', 'test/**', 'bench/**'],
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    files: ['test/**', 'bench/**', '**/*.js'],
    rules: { '@typescript-eslint/consistent-type-assertions': 'off', 'no-console': 'off' },
  },
  // The page's script runs in browsers, not in Node; its types are the browser's.
  { files: ['**/*.js'], extends: [tseslint.configs.disableTypeChecked] },
  wall(
    'domain',
    any(
      sdk,
      sql,
      web,
      rooms('aws', 'store', 'http', 'routes', 'metrics', 'doctor', 'app', 'main', 'config', 'simulator'),
    ),
    'domain/ knows no HTTP, AWS or SQL.',
  ),
  wall(
    'aws',
    any(sql, web, rooms('store', 'http', 'routes', 'metrics', 'doctor', 'app', 'main', 'config', 'simulator')),
    'aws/ sees the SDK and the domain.',
  ),
  wall(
    'store',
    any(
      sdk,
      '^express$',
      web.replace('^express|', ''),
      rooms('aws', 'http', 'routes', 'metrics', 'doctor', 'app', 'main', 'config', 'simulator'),
    ),
    'store/ sees SQL and the domain.',
  ),
  wall(
    'http',
    any(sdk, sql, rooms('aws', 'store', 'routes', 'metrics', 'doctor', 'app', 'main', 'simulator')),
    'http/ reaches AWS and the database through ports.',
  ),
  wall(
    'routes',
    any(sdk, sql, rooms('aws', 'store', 'metrics', 'doctor', 'app', 'main', 'simulator')),
    'routes/ reach AWS and the database through ports.',
  ),
  wall(
    'metrics',
    any(sdk, sql, rooms('aws', 'store', 'routes', 'app', 'main', 'config', 'doctor', 'simulator')),
    'metrics/ measures ports and never knows what is behind them.',
  ),
  wall(
    'doctor',
    any(sdk, sql, web, rooms('http', 'routes', 'metrics', 'app', 'main', 'simulator')),
    'doctor/ asks aws/ and store/, and shows nothing to buyers.',
  ),
  wall(
    'registrations',
    any(sdk, sql, web, rooms('aws', 'http', 'routes', 'metrics', 'doctor', 'app', 'main', 'simulator')),
    'registrations/ reads through store/ alone.',
  ),
  wall(
    'simulator',
    any(sdk, sql, rooms('aws', 'store', 'http', 'routes', 'domain', 'app', 'main', 'config', 'errors', 'paths')),
    'The simulator stands alone.',
  ),
)
