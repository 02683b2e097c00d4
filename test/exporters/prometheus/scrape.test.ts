import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createPrometheusExporter } from '../../../lib/exporters/prometheus/index';
import { METRICS_SEAM } from '../../../lib/metrics/seam';
import { manySeries, slow } from '../../support/prometheus/many-series';
import { parseOpenMetrics } from '../../support/prometheus/openmetrics';
import { type FakeMetric, fakeBus, fakeMetric } from '../../support/prometheus/source';
import { parseText } from '../../support/prometheus/text';

const OPEN = 'application/openmetrics-text';
const url = 'http://localhost/metrics';

test('ten simultaneous scrapes of a format share one render, and get the same page', async () => {
  const metric = manySeries(5000);
  const exporter = createPrometheusExporter(fakeBus(metric));
  const bodies = await Promise.all(Array.from({ length: 10 }, async () => (await exporter.fetch(new Request(url))).text()));
  assert.is(new Set(bodies).size, 1);
  assert.is(parseText(bodies[0]!)[0]!.samples.length, 5000);
  assert.ok(metric.all.every(({ reads }) => reads === 1));
  const { scrapes, renders, shared } = exporter.stats();
  assert.equal([scrapes, renders, shared], [10, 1, 9]);
});

test('scrapes of different formats, and later ones, do not share', async () => {
  const exporter = createPrometheusExporter(fakeBus(manySeries(10)));
  const [text, open] = await Promise.all([exporter.render(), exporter.render(OPEN)]);
  parseText(text.body);
  parseOpenMetrics(open.body);
  await exporter.render();
  const { scrapes, renders, shared } = exporter.stats();
  assert.equal([scrapes, renders, shared], [3, 3, 0]);
});

test('the chunks of a page are the page, cut where lines end', async () => {
  const exporter = createPrometheusExporter(fakeBus(manySeries(20_000)));
  const { chunks } = await exporter.chunks();
  assert.ok(chunks.length > 5);
  for (const chunk of chunks) assert.ok(chunk.at(-1) === 10 && chunk.length < 200_000);
  assert.is(Buffer.concat(chunks).toString(), (await exporter.render()).body);
});

test('the event loop turns while a page is rendered', async () => {
  const exporter = createPrometheusExporter(fakeBus(slow(manySeries(100), 0.5)));
  let [turns, isOver] = [0, false];
  const turn = (): void => {
    turns++;
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  await exporter.render();
  isOver = true;
  assert.ok(turns >= 5, `${turns} turns`);
});

test('the lines of a series are of one instant, even if samples come in between slices', async () => {
  const metric = fakeMetric({ name: 'h', type: 'distribution', bounds: [1, 2, 3] });
  for (let index = 0; index < 300; index++) metric.add({ id: `${index}` }, [index % 4]);
  const exporter = createPrometheusExporter(fakeBus(metric));
  const values = [0.5];
  let isOver = false;
  const record = (): void => {
    values.push(values.length % 4);
    for (const series of metric.all) series.set([...values]);
    if (!isOver) setImmediate(record);
  };
  record();
  for (let round = 0; round < 20; round++) parseOpenMetrics((await exporter.render(OPEN)).body);
  isOver = true;
});

test('a series that goes and comes back while a page is rendered is on it once', async () => {
  const metric = manySeries(64);
  const all = metric.all;
  slow(metric, 1, () => {
    if (all.length === 64) metric.add({ id: '0', padding: 'x'.repeat(50) }, 7);
  });
  const { body } = await createPrometheusExporter(fakeBus(metric)).render();
  assert.is(parseText(body)[0]!.samples.length, 64);
});

test('fetch answers GET with the page, HEAD with its headers only, other methods with 405', async () => {
  const exporter = createPrometheusExporter(fakeBus(manySeries(2)));
  const response = await exporter.fetch(new Request(url, { headers: { accept: OPEN } }));
  assert.is(response.status, 200);
  assert.is(response.headers.get('content-type'), 'application/openmetrics-text; version=1.0.0; charset=utf-8');
  assert.is(response.headers.get('cache-control'), 'no-store');
  assert.is(response.headers.get('vary'), 'accept');
  assert.is(response.headers.get('x-content-type-options'), 'nosniff');
  assert.is(parseOpenMetrics(await response.text())[0]!.samples.length, 4);
  const head = await exporter.fetch(new Request(url, { method: 'HEAD' }));
  assert.equal([head.status, head.headers.get('content-type')], [200, 'text/plain; version=0.0.4; charset=utf-8']);
  assert.is(await head.text(), '');
  assert.is(exporter.stats().scrapes, 1);
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
    const refused = await exporter.fetch(new Request(url, { method }));
    assert.equal([refused.status, refused.headers.get('allow')], [405, 'GET, HEAD']);
  }
});

test('what is read is the reader’s: it may change it, give it away, or come late, and the next page is whole', async () => {
  const metric = manySeries(5000);
  metric.add({ id: 'é😀', padding: '' }, 1);
  const exporter = createPrometheusExporter(fakeBus(metric));
  const { body } = await exporter.render();
  const reader = (await exporter.fetch(new Request(url))).body!.getReader();
  let read = '';
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    const chunk = next.value as Uint8Array<ArrayBuffer>;
    read += new TextDecoder().decode(chunk);
    chunk.fill(0);
    structuredClone(chunk, { transfer: [chunk.buffer] });
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.is(read, body);
  assert.is((await exporter.render()).body, body);
  assert.ok(exporter.stats().reused > 0);
});

test('a reader may leave at any time', async () => {
  const exporter = createPrometheusExporter(fakeBus(manySeries(20_000)));
  const reader = (await exporter.fetch(new Request(url))).body!.getReader();
  await reader.read();
  await reader.cancel();
  assert.is((await reader.read()).done, true);
});

test('what goes wrong costs a series, a metric, but never the page; it is counted and said once a minute', async () => {
  const [good, bad, worse] = ['good', 'bad', 'worse'].map((name) => fakeMetric({ name }));
  good!.add({}, 1);
  bad!.add({ a: '1' }, 1);
  bad!.add({ a: '2' }, 2);
  Object.assign(bad!.all[0]!, {
    version: () => {
      throw new Error('no version');
    },
  });
  Object.assign(worse!, {
    series: () => {
      throw Object.create(null);
    },
  });
  const bus = fakeBus(worse!, bad!, good!);
  const exporter = createPrometheusExporter(bus);
  const scrape = async (): Promise<string[]> =>
    parseText((await exporter.render()).body).flatMap(({ samples }) => samples.map((sample) => sample.name + sample.value));
  assert.equal(await scrape(), ['bad_total2', 'good_total1']);
  await scrape();
  assert.equal([exporter.stats().failures, bus.warnings.length], [4, 1]);
  assert.equal([bus.warnings[0]!.code, /worse/.test(bus.warnings[0]!.message)], ['EXPORT_FAILED', true]);
  bus.clock.advance('60s');
  await scrape();
  assert.equal([exporter.stats().failures, bus.warnings.length], [6, 2]);
});

test('a list of metrics that breaks off, an include that throws, a warning that throws: there is a page', async () => {
  const [one, two] = ['one', 'two'].map((name) => fakeMetric({ name }));
  for (const metric of [one!, two!]) metric.add({}, 1);
  const bus = fakeBus(one!, two!);
  const source = bus[METRICS_SEAM]!;
  const fail = (): never => {
    throw new Error('no');
  };
  function* metrics(): Generator<FakeMetric> {
    yield one!;
    fail();
  }
  const broken = createPrometheusExporter({ [METRICS_SEAM]: { ...source, metrics, warn: fail } });
  assert.equal(
    parseText((await broken.render()).body).map(({ name }) => name),
    ['one_total'],
  );
  const picky = createPrometheusExporter(bus, { include: ({ name }) => name === 'two' || fail() });
  assert.equal(
    parseText((await picky.render()).body).map(({ name }) => name),
    ['two_total'],
  );
  assert.is(picky.stats().failures, 1);
});

test('include may ask for a page, and its methods work on their own', async () => {
  const metric = manySeries(1);
  const { render, stats } = createPrometheusExporter(fakeBus(metric), {
    include: () => {
      void render();
      return true;
    },
  });
  await render();
  assert.is(stats().renders, 1);
  assert.is(stats().shared, 1);
});

test.run();
