/**
 * Which way the code points: imports go down only (core ← engines ← handlers, exporters ← assemble ← node), and only
 * lib/node knows Node. Each rule names what may not be imported from where.
 */
const lib = (folders) => `^lib/(${folders.join('|')})(/|\\.ts$)`;
const engines = [
  'log',
  'metrics',
  'validation',
  'config',
  'sinks',
  'errors',
  'security',
  'performance',
  'poller',
  'health',
  'alerts',
  'http',
];
const above = (...folders) => lib(folders);

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'core-stands-alone', severity: 'error', from: { path: '^lib/core/' }, to: { path: '^lib/', pathNot: '^lib/core/' } },
    {
      name: 'engines-know-core-only',
      severity: 'error',
      from: { path: lib(engines) },
      to: { path: '^lib/', pathNot: ['^lib/core/', '^lib/$1/', '^lib/sinks/sink\\.ts$'] },
    },
    {
      name: 'catalogues-know-core-only',
      severity: 'error',
      from: { path: '^lib/catalogues/' },
      to: { path: '^lib/', pathNot: ['^lib/core/', '^lib/catalogues/'] },
    },
    {
      name: 'exporters-know-core-metrics-and-records-only',
      severity: 'error',
      from: { path: '^lib/exporters/' },
      to: {
        path: '^lib/',
        pathNot: ['^lib/core/', '^lib/metrics/', '^lib/exporters/', '^lib/log/(record|schemas/otel)\\.ts$', '^lib/sinks/sink\\.ts$'],
      },
    },
    {
      name: 'testing-knows-core-and-records-only',
      severity: 'error',
      from: { path: '^lib/testing/' },
      to: { path: '^lib/', pathNot: ['^lib/core/', '^lib/testing/', '^lib/log/(intercept|record)\\.ts$'] },
    },
    {
      name: 'handlers-do-not-assemble',
      severity: 'error',
      from: { path: '^lib/handlers/' },
      to: {
        path: above(
          'assemble',
          'assemble-errors',
          'assemble-http',
          'assemble-log',
          'assemble-metrics',
          'assemble-monitoring',
          'assemble-opentelemetry',
          'engines',
          'entries',
          'exporters',
          'telemetry',
          'telemetry-metrics',
          'default-bus',
          'index',
          'node',
          'testing',
        ),
      },
    },
    {
      name: 'assemble-does-not-know-node',
      severity: 'error',
      from: {
        path: '^lib/((assemble|assemble-errors|assemble-http|assemble-log|assemble-metrics|assemble-monitoring|assemble-opentelemetry|engines|telemetry|telemetry-metrics|default-bus|index)\\.ts$|entries/)',
      },
      to: { path: '^lib/node/' },
    },
    {
      name: 'only-node-imports-node',
      severity: 'error',
      from: { path: '^lib/', pathNot: '^lib/node/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'one-file-imports-mitt',
      severity: 'error',
      from: { path: '^lib/', pathNot: '^lib/core/subscriptions\\.ts$' },
      to: { path: 'node_modules/mitt' },
    },
    {
      name: 'one-file-imports-hdr',
      severity: 'error',
      from: { path: '^lib/', pathNot: '^lib/metrics/hdr\\.ts$' },
      to: { path: 'node_modules/hdr-histogram-js' },
    },
    {
      name: 'one-file-imports-loglevel',
      severity: 'error',
      from: { path: '^lib/', pathNot: '^lib/log/loglevel\\.ts$' },
      to: { path: 'node_modules/loglevel' },
    },
    {
      name: 'the-page-knows-the-wire-only',
      severity: 'error',
      from: { path: '^lib/dashboard/' },
      to: { path: '^lib/', pathNot: '^lib/dashboard/' },
    },
    {
      name: 'the-wire-stands-alone',
      severity: 'error',
      from: { path: '^lib/dashboard/wire/' },
      to: { path: '^lib/', pathNot: '^lib/dashboard/wire/' },
    },
    {
      name: 'only-the-page-knows-the-page',
      severity: 'error',
      from: { path: '^lib/', pathNot: '^lib/dashboard/page/' },
      to: { path: '^lib/dashboard/page/' },
    },
    {
      name: 'only-admin-knows-the-wire',
      severity: 'error',
      from: { path: '^lib/', pathNot: '^lib/(dashboard|node/admin)/' },
      to: { path: '^lib/dashboard/' },
    },
    {
      name: 'one-file-imports-uplot',
      severity: 'error',
      from: { path: '^lib/', pathNot: '^lib/dashboard/page/(chart|main)\\.ts$' },
      to: { path: 'node_modules/uplot' },
    },
    { name: 'lib-does-not-import-tests', severity: 'error', from: { path: '^lib/' }, to: { path: '^test/' } },
    {
      name: 'no-cycles',
      severity: 'error',
      from: { path: '^lib/' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'resolvable', severity: 'error', from: { path: '^lib/' }, to: { couldNotResolve: true } },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default', 'types'] },
  },
};
