import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { chartDataOf, columnOf, seriesLabels } from '../../lib/dashboard/page/views/panel-chart';
import type { History } from '../../lib/dashboard/wire/history';

type Series = History['series'][number];

const series = (type: Series['type'], columns: readonly string[], tags: Series['tags'] = {}, unit: string | null = null): Series => ({
  type,
  unit,
  tags,
  columns: Object.fromEntries(columns.map((name) => [name, [1, null, 3]])),
});
const history = (...all: readonly Series[]): History => ({ metric: 'shop.job', step_ms: 1000, times: [1, 2, 3], series: all, left_out: 0 });

test('each type has a usual column, and a wanted one goes before it', () => {
  assert.is(columnOf(series('counter', ['count', 'rate']), undefined), 'rate');
  assert.is(columnOf(series('distribution', ['count', 'mean', 'p95']), undefined), 'p95');
  assert.is(columnOf(series('distribution', ['count', 'mean', 'p95']), 'mean'), 'mean');
  assert.is(columnOf(series('lastValue', ['value']), 'p95'), 'value');
  assert.is(columnOf(series('summary', ['max']), undefined), 'max');
  assert.is(columnOf(series('summary', []), 'toString'), undefined);
});

test('series are named by the tags that differ', () => {
  const all = [{ region: 'eu', app: 'a' }, { region: 'us', app: 'a' }, { app: 'a' }].map((tags) => series('sum', ['rate'], tags));
  assert.equal(seriesLabels(all, 'rate'), ['eu', 'us', 'no region']);
  assert.equal(seriesLabels([series('sum', ['rate'])], 'rate'), ['rate']);
  const withAll = [series('sum', ['rate']), series('sum', ['rate'], { region: 'eu' })];
  assert.equal(seriesLabels(withAll, 'rate'), ['all', 'eu']);
  assert.equal(seriesLabels([series('sum', ['rate']), series('sum', ['rate'])], 'rate'), ['rate', 'rate (2)']);
});

test('rates are per second, whatever is counted; other columns have the unit of the metric', () => {
  assert.is(chartDataOf(history(series('sum', ['rate'], {}, 'bytes')), undefined).unit, '1/s');
  assert.is(chartDataOf(history(series('distribution', ['p95', 'count'], {}, 'ms')), undefined).unit, 'ms');
  assert.is(chartDataOf(history(series('distribution', ['p95', 'count'], {}, 'ms')), 'count').unit, '');
});

test('there are as many lines as colours, and as many values as times', () => {
  const all = Array.from({ length: 12 }, (_, at) => series('sum', at === 3 ? [] : ['rate'], { region: `${at}` }));
  const { lines } = chartDataOf(history(...all), undefined);
  assert.is(lines.length, 8);
  assert.ok(lines.every(({ values }) => values.length === 3));
  assert.equal(chartDataOf(history(), undefined).lines, []);
});

test.run();
