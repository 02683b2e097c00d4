import '../styles/config.css';
import type { Configuration, ConfigValue, LevelChange, Levels } from '../../wire/config';
import { h, type VNode } from '../dom';
import { ago, count, NOTHING, timeOf } from '../format';
import { badge, button, card, choice, empty, filters, grid, search, waiting, when } from '../parts';
import { type Column, exportedTable, type TableProps, table } from '../table';
import type { Page, View } from '../view';
import { configText, hasWords } from './config-text';
import { ALL, levelBadge, levelChanges, levelControl, loggerName } from './level-control';

const NOT_STARTED = `import { startTelemetry } from 'telemetry-bus/node';
import { serveAdmin } from 'telemetry-bus/node/admin';

const app = await startTelemetry({ app: 'shop' }); // arguments, environment, config/<environment>, defaults
await serveAdmin(app);
console.log(app.config.explain()); // where each value came from`;

export const configView: View = {
  id: 'config',
  title: 'Configuration',
  key: 'c',
  group: 'How it is',
  create: (page) => ({
    sources: () => ({ config: '/admin/config', levels: '/admin/levels' }),
    render() {
      const [config, levels] = [page.data<Configuration>('config'), page.data<Levels>('levels')];
      if (config === undefined || levels === undefined) return waiting(page, 'config', 'levels');
      return grid(warningsCard(config), levelsCard(page, levels), changesCard(page, levels), valuesCard(page, config));
    },
    exported() {
      const config = page.data<Configuration>('config');
      return config && exportedTable(page, 'configuration', valueTable(page, config));
    },
  }),
};

const warningsCard = ({ warnings }: Configuration): VNode | false =>
  warnings.length > 0 &&
  card(
    'Warnings',
    { aside: badge(count(warnings.length), 'warn') },
    h('ul', { class: 'stack' }, ...warnings.map((warning) => h('li', { class: 'text', key: warning }, warning))),
  );

interface LevelRow {
  readonly logger: string;
  readonly level: string;
  readonly change: LevelChange | undefined;
}

function levelsCard(page: Page, { levels, changes }: Levels): VNode {
  const rows = Object.entries(levels).map(
    ([logger, level]): LevelRow => ({ logger, level, change: changes.find((change) => change.logger === logger) }),
  );
  const columns: readonly Column<LevelRow>[] = [
    {
      id: 'logger',
      title: 'Logger',
      value: ({ logger }) => logger,
      show: ({ logger }) => h('span', { class: 'mono' }, loggerName(logger)),
    },
    { id: 'level', title: 'Level', value: ({ level }) => level, show: ({ level }) => levelBadge(level) },
    {
      id: 'changed',
      title: 'Changed',
      value: ({ change }) => change?.by,
      show: ({ change }) =>
        change === undefined
          ? NOTHING
          : [`by ${change.by}, `, change.until === null ? 'stays' : ['back ', when(page, timeOf(change.until))]],
    },
    {
      id: 'choose',
      title: '',
      show: ({ logger }) =>
        button('Change…', () => page.setParams({ logger: page.param('logger') === logger ? undefined : logger }), {
          pressed: page.param('logger') === logger,
        }),
    },
  ];
  return card(
    'Levels of the log',
    { class: 'half', aside: 'a name stands for all below it' },
    levelControl(page, { logger: page.param('logger') || ALL }),
    table(page, { label: 'Levels of the log', param: 'levels_sort', columns, rows, key: ({ logger }) => logger }),
  );
}

const changesCard = (page: Page, { changes }: Levels): VNode => card('Changed for a time', { class: 'half' }, levelChanges(page, changes));

function valueTable(page: Page, { values }: Configuration): Pick<TableProps<ConfigValue>, 'columns' | 'rows'> {
  const columns: readonly Column<ConfigValue>[] = [
    { id: 'key', title: 'Value', value: ({ key }) => key, show: ({ key }) => h('span', { class: 'mono' }, key) },
    {
      id: 'value',
      title: 'Is',
      value: ({ key, value }) => configText(key, value),
      show: ({ key, value }) =>
        value === '***' ? badge('secret', 'neutral', 'It is set, and not told') : h('span', { class: 'mono text' }, configText(key, value)),
    },
    {
      id: 'source',
      title: 'From',
      value: ({ source }) => source,
      show: ({ source }) => h('span', { class: `badge source-${source}` }, source),
    },
    {
      id: 'variable',
      title: 'Variable or file',
      isMinor: true,
      value: ({ variable }) => variable,
      show: ({ variable }) => (variable === undefined ? NOTHING : h('span', { class: 'mono' }, variable)),
    },
  ];
  const [words, source] = [page.param('q'), page.param('source')];
  const rows = values.filter(
    ({ key, value, source: own, variable }) =>
      (source === '' || own === source || (source === 'set' && own !== 'default')) &&
      hasWords(words, key, configText(key, value), own, variable),
  );
  return { columns, rows };
}

function valuesCard(page: Page, config: Configuration): VNode {
  const { is_started, read_at } = config;
  if (!is_started) {
    return card(
      'Values',
      {},
      empty('This bus was not started by startTelemetry, which reads the configuration. Levels are known all the same.', NOT_STARTED),
    );
  }
  return card(
    'Values',
    { aside: `as of the start; read ${ago(timeOf(read_at), page.now())}` },
    filters(
      search(page, 'q', 'Values', { placeholder: 'name, value or variable' }),
      choice(page, 'source', 'From', [
        ['', 'anywhere'],
        ['set', 'not the default'],
        ['argument', 'argument'],
        ['environment', 'environment'],
        ['config', 'config'],
        ['default', 'default'],
      ]),
    ),
    table(page, {
      label: 'Values of the configuration',
      ...valueTable(page, config),
      key: ({ key }) => key,
      empty: empty('No value fits these filters.'),
    }),
  );
}
