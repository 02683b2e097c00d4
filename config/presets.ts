import type { Preset } from '../lib/node/streams/preset';

const MB = 1_048_576;
const HOURS_OF_A_WEEK = 168;

/**
 * Where lines go unless an application says otherwise, one set for each kind of application. `{app}` stands for the
 * name of the application.
 */
export const presets: Readonly<Record<'bot' | 'web' | 'wrapper' | 'platform', Preset>> = {
  /** A single program whose one file is searched by hand. */
  bot: {
    console: 'text',
    streams: {
      app: { file: 'app.log', rotate: { maxBytes: 10 * MB }, keep: { files: 5 } },
    },
  },
  /** A service whose files are shipped: one for each kind of line. */
  web: {
    streams: {
      app: { file: 'app.log', rotate: { maxBytes: 50 * MB }, keep: { files: 10 } },
      errors: { file: 'errors.log', level: 'error', sync: true, rotate: { maxBytes: 50 * MB }, keep: { files: 10 } },
      access: { file: 'access.log', tag: 'access', rotate: { every: 'day' }, keep: { files: 30 } },
      security: { file: 'security.log', tag: 'security', sync: true, rotate: { maxBytes: 50 * MB }, keep: { files: 10 } },
      performance: { file: 'performance.log', tag: 'performance', rotate: { every: 'hour' }, keep: { files: HOURS_OF_A_WEEK } },
      diagnostic: { file: 'diagnostic.log', tag: 'diagnostic', rotate: { maxBytes: 10 * MB }, keep: { files: 2 } },
    },
  },
  /** Several instances of one program on a machine, read by people: each line says which instance. */
  wrapper: {
    console: 'text',
    textNamesInstance: true,
    streams: {
      app: { file: 'app.log', format: 'text', rotate: { maxBytes: 10 * MB }, keep: { files: 5 } },
      errors: { file: 'error.log', level: 'error', sync: true, format: 'text', rotate: { maxBytes: 10 * MB }, keep: { files: 5 } },
      diagnostic: { file: 'diagnostic.log', tag: 'diagnostic', format: 'text', rotate: { maxBytes: 10 * MB }, keep: { files: 2 } },
    },
  },
  /** Text for people, the same as JSON for tools. */
  platform: {
    console: 'text',
    streams: {
      app: { file: '{app}.log', format: 'text', rotate: { maxBytes: 10 * MB }, keep: { files: 10 } },
      errors: { file: '{app}_error.log', level: 'error', sync: true, format: 'text', rotate: { every: 'day' }, keep: { files: 30 } },
      structured: { file: '{app}_structured.json', rotate: { maxBytes: 20 * MB }, keep: { files: 10 } },
    },
  },
};
