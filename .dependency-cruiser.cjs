/**
 * Arrows point one way: domain ← doors, out, ledger, workflows ← activities ← worker, cli.
 *
 * The swc parser does not tell a type's import from a value's: what depends on that (workflows import activities as types
 * only, nothing of the sandbox reaches zod) is in test/architecture.test.ts, cycles of values are oxlint's.
 */
const PURE = '^src/domain/';
const MIDDLE = '^src/(doors|out|ledger|temporal)/';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'domain-imports-itself',
      comment: 'The core imports itself and the calendar polyfill.',
      severity: 'error',
      from: { path: PURE, pathNot: '^src/domain/.*schemas[.]ts$' },
      to: { pathNot: [PURE, 'node_modules/temporal-polyfill/', '^temporal-polyfill$'] },
    },
    {
      name: 'schemas-may-use-zod',
      severity: 'error',
      from: { path: '^src/domain/.*schemas[.]ts$' },
      to: { pathNot: [PURE, 'node_modules/(?:zod|temporal-polyfill)/', '^(zod|temporal-polyfill)$'] },
    },
    {
      name: 'workflows-stand-on-the-domain',
      severity: 'error',
      from: { path: '^workflows/' },
      to: {
        path: ['^src/(out|ledger|cli)/', '^worker/'],
      },
    },
    {
      name: 'middle-does-not-look-up',
      severity: 'error',
      from: { path: MIDDLE },
      to: { path: ['^src/cli/', '^worker/', '^activities/'] },
    },
    {
      name: 'no-sql-outside-the-ledger',
      severity: 'error',
      from: { pathNot: ['^src/ledger/', '^test/', '^bench/'] },
      to: { path: ['node_modules/(pg|kysely|@electric-sql)/'] },
    },
    {
      name: 'no-tests-in-the-product',
      severity: 'error',
      from: { path: '^(src|workflows|activities|worker)/' },
      to: { path: ['^(test|bench|scripts)/'] },
    },
    {
      name: 'not-to-dev-dependencies',
      severity: 'error',
      from: { path: '^(src|workflows|activities|worker)/' },
      to: { dependencyTypes: ['npm-dev'] },
    },
    {
      name: 'nothing-unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|data|[.]cache)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.json'],
    },
  },
};
