import boundaries from 'eslint-plugin-boundaries'

/**
 * The allowed imports of each layer. Any other folder, import or package fails the check. Type imports and `import()` are
 * included. A layer is the file `src/NAME.ts` or the folder `src/NAME`. Each may import itself, Node's own modules and zod.
 * (`node:sqlite` counts as a package.)
 */
const layers = {
  main: {
    imports: [
      'app',
      'aws',
      'config',
      'delivery',
      'domain',
      'errors',
      'jobs',
      'metrics',
      'node-version',
      'oidc',
      'store',
      'web',
    ],
    packages: ['express', 'pino'],
  },
  // The demo starts the app and the simulator together. Nothing else in `src` imports the simulator.
  demo: { imports: ['main', 'node-version', 'simulator'] },
  app: { imports: ['config', 'domain', 'errors', 'web'], packages: ['express', 'pino'] },
  cli: {
    imports: ['aws', 'config', 'delivery', 'domain', 'errors', 'node-version', 'oidc', 'outgoing', 'store'],
  },
  // Loaded by npm's scripts before a program.
  'env-file': { imports: ['config'] },
  'node-version': {},
  web: {
    imports: ['domain', 'errors', 'i18n'],
    packages: ['ejs', 'express', 'express-rate-limit', 'express-session', 'helmet', 'pino', 'pino-http'],
  },
  // web: the outcome of each request (middleware/outcome.ts).
  metrics: { imports: ['domain', 'errors', 'web'], packages: ['prom-client'] },
  aws: { imports: ['domain', 'errors', 'outgoing'], packages: ['@aws-sdk/*', '@smithy/*'] },
  // The sign-in of the console: the only layer that imports openid-client.
  oidc: { imports: ['domain', 'outgoing'], packages: ['openid-client', 'undici'] },
  store: { imports: ['domain', 'errors'], packages: ['kysely', 'node:sqlite', 'pg'] },
  delivery: {
    imports: ['domain', 'i18n', 'outgoing'],
    packages: ['ejs', 'nodemailer', 'nodemailer/lib/*', 'undici'],
  },
  jobs: { imports: ['domain', 'errors'] },
  i18n: { imports: ['domain', 'errors'] },
  // domain: the parsed products file and the meaning of settings.
  config: { imports: ['domain'], packages: ['yaml'] },
  // Every outgoing HTTP call, with proxies and limits.
  outgoing: { packages: ['undici'] },
  domain: { imports: ['errors'] },
  errors: {},
}

/** Additional imports of single files. */
const files = [
  // The list of Regions with AWS Marketplace, to check a setting.
  { from: 'src/config/*', to: 'src/aws/regions.ts' },
  // The type of the parsed DATABASE_URL.
  { from: 'src/store/*', to: 'src/config/database-url.ts', kind: 'type' },
  // The type of the parsed MAIL_URL.
  { from: 'src/delivery/*', to: 'src/config/mail-url.ts', kind: 'type' },
  // express-session requires a subclass of its `Store`.
  { from: 'src/store/sessions.ts', package: 'express-session' },
]

const allowLayer = ([name, { imports = [], packages = [] }]) => ({
  from: { file: { categories: name } },
  allow: [
    { to: { file: { categories: [name, ...imports] } } },
    { to: { module: { origin: ['external', 'core'], source: ['zod', ...packages] } } },
  ],
})

const allowFile = ({ from, to, package: source, kind = '*' }) => ({
  from: { file: { path: from } },
  allow: { to: to ? { file: { path: to } } : { module: { origin: 'external', source } }, dependency: { kind } },
})

/** The lint rules of the boundaries, for `src`. */
export const layerBoundaries = {
  files: ['src/**'],
  plugins: { boundaries },
  settings: {
    'boundaries/files': [
      ...Object.keys(layers).map((category) => ({
        category,
        pattern: [`src/${category}.{ts,cjs}`, `src/${category}/**`],
      })),
      { category: 'simulator', pattern: 'simulator/src/**' },
    ],
    'boundaries/dependency-nodes': ['import', 'export', 'dynamic-import'],
  },
  rules: {
    'boundaries/no-unknown-files': 'error',
    'boundaries/no-unknown-dependencies': 'error',
    'boundaries/dependencies': [
      'error',
      {
        default: 'disallow',
        checkAllOrigins: true,
        message: 'Not in the allow-list of eslint.boundaries.js: {{from.file.path}} importing {{dependency.source}}.',
        policies: [
          { allow: { to: { module: { origin: 'core' } } } },
          ...Object.entries(layers).map(allowLayer),
          ...files.map(allowFile),
        ],
      },
    ],
    'no-restricted-syntax': [
      'error',
      {
        selector: 'ImportExpression[source.type!="Literal"]',
        message: 'Name the module, so that its layer is checked.',
      },
    ],
  },
}

/** The simulator is a package of its own: it imports its own files and Node's modules, and nothing else. */
export const simulatorBoundaries = {
  files: ['simulator/src/**'],
  rules: {
    'no-restricted-imports': ['error', { patterns: [{ regex: '^(?!node:|\\.)' }, { regex: '^(\\.\\./)+src/' }] }],
  },
}
