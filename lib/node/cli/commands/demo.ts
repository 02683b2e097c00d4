import { type Command, defineCommand } from '../command';
import { runDemo } from '../demo/demo';
import { createLiveView, isLive } from '../demo/live-view';
import { openLogPlace } from '../demo/log-place';
import { readFolder, readPort, readTime } from '../demo/options';
import { createPlainView } from '../demo/plain-view';

export const command: Command = defineCommand({
  name: 'demo',
  summary: 'runs a coding agent on a source tree and shows its telemetry',
  arguments: [{ name: 'folder', doc: 'the tree to work on; default: the current folder' }],
  options: {
    for: { value: 'time', default: '30s', doc: 'how long, such as 8s, 10m or 1.5h' },
    log: { value: 'file', doc: 'a new file for the events, as JSON lines; default: in a folder for temporary files' },
    database: { value: 'file or address', doc: 'where errors are stored: a file for SQLite, or postgres://…; default: beside the log' },
    metrics: { value: 'port', doc: 'serves the metrics for Prometheus on 127.0.0.1, such as 9464' },
    admin: { value: 'port', doc: 'port of the admin API on 127.0.0.1; default: a free one' },
    plain: { doc: 'lines instead of a live screen, as without a terminal' },
  },
  notes: [
    'The tools really work on the tree and nothing in it is changed; only the model is a stand-in. At the end the file of',
    'events is named, and how to count in it what the counters say.',
  ],
  async run({ values, arguments: [given], stdout, env, colors, signal }) {
    const [folder, forMs] = [readFolder(given), readTime(values.for)];
    const portOf = (name: 'metrics' | 'admin') => (values[name] === undefined ? undefined : readPort(`--${name}`, values[name]));
    const ports = { metricsPort: portOf('metrics'), adminPort: portOf('admin') };
    const live = isLive(stdout, env) && !values.plain;
    const place = openLogPlace(values.log);
    const view = live ? createLiveView(stdout, colors) : createPlainView((text) => stdout.write(text));
    try {
      // The live screen colours warnings itself, after it has cut them.
      await runDemo({ folder, forMs, log: place.file, view, colors: colors && !live, ...ports, database: values.database, signal });
      return 0;
    } finally {
      await place.leave();
    }
  },
});
