import { defineConfig } from 'tsup';

const config: ReturnType<typeof defineConfig> = defineConfig({
  entry: {
    index: 'lib/index.ts',
    'core/index': 'lib/core/index.ts',
    'testing/index': 'lib/testing/index.ts',
    'catalogues/agent': 'lib/catalogues/agent.ts',
    'catalogues/chat': 'lib/catalogues/chat.ts',
    'errors/index': 'lib/entries/errors.ts',
    'security/index': 'lib/entries/security.ts',
    'performance/index': 'lib/entries/performance.ts',
    'poller/index': 'lib/entries/poller.ts',
    'health/index': 'lib/entries/health.ts',
    'alerts/index': 'lib/entries/alerts.ts',
    'http/index': 'lib/entries/http.ts',
    'prometheus/index': 'lib/exporters/prometheus/index.ts',
    'opentelemetry/index': 'lib/entries/opentelemetry.ts',
    'node/index': 'lib/node/index.ts',
    'node/statsd/index': 'lib/node/statsd/index.ts',
    'node/storage/index': 'lib/node/storage/index.ts',
    'node/shipping/index': 'lib/node/shipping/index.ts',
    'node/workers/index': 'lib/node/workers/index.ts',
    'node/health/index': 'lib/node/health/index.ts',
    'node/alerts/index': 'lib/node/alerts/index.ts',
    'node/http/index': 'lib/node/http/index.ts',
    'node/admin/index': 'lib/node/admin/index.ts',
    'cli/main': 'lib/node/cli/main.ts',
  },
  format: ['esm', 'cjs'],
  // The command is run, never imported: one form of it is enough.
  esbuildOptions(options, { format }) {
    if (format !== 'cjs') return;
    const entries = Object.entries(options.entryPoints as Record<string, string>);
    options.entryPoints = Object.fromEntries(entries.filter(([name]) => name !== 'cli/main'));
  },
  target: 'es2022',
  // Without it tsup strips `node:` from imports, and the check for browser-safe code looks for that prefix.
  removeNodeProtocol: false,
  // Shared chunks: two entries must not bring two copies of the bus.
  splitting: true,
  treeshake: true,
  clean: true,
  sourcemap: true,
  // tsup drops reference directives from sources; consumers without the disposable library would fail on Symbol.dispose.
  dts: { banner: '/// <reference lib="esnext.disposable" />' },
});

export default config;
