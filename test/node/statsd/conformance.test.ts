import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Metered } from '../../../lib/metrics/seam';
import { type Statsd, startStatsd } from '../../../lib/node/statsd';
import { type ExportedSample, exporterConformance } from '../../conformance/exporter';
import { type Listener, listen } from './listener';

/** What a receiver holds of a name and its tags. */
function sampleOf(key: string, value: number): ExportedSample {
  const [name, tags] = key.split('|#') as [string, string | undefined];
  const [, metric, part = 'value'] = /^(.*?)(?:\.(count|sum))?$/.exec(name)!;
  const pairs = tags === undefined ? [] : tags.split(',').map((tag) => [tag.slice(0, tag.indexOf(':')), tag.slice(tag.indexOf(':') + 1)]);
  return { metric: metric!, part: part as ExportedSample['part'], labels: Object.fromEntries(pairs), value };
}

/** Gauges of an interval are no part of what is compared. */
const isOfInterval = (key: string): boolean => /^[^|]*\.(avg|min|max|p\d+)(\||$)/.test(key);

function subject(source: Metered): { scrape(): Promise<ExportedSample[]> } {
  let started: { readonly listener: Listener; readonly statsd: Statsd } | undefined;
  return {
    async scrape() {
      if (started === undefined) {
        const listener = await listen();
        listener.unref();
        started = { listener, statsd: startStatsd(source, { port: listener.port, maxDatagramBytes: 65_507 }) };
      }
      const { listener, statsd } = started;
      await statsd.flush();
      await listener.until(() => listener.datagrams.length === statsd.stats().datagrams);
      return [...listener.counters, ...listener.gauges].filter(([key]) => !isOfInterval(key)).map(([key, value]) => sampleOf(key, value));
    },
  };
}

exporterConformance('StatsD', subject, { keepsValues: false });

test('what arrives is read with its part and its tags', () => {
  assert.equal(sampleOf('a.b.sum|#c:d:e,f:', 2), { metric: 'a.b', part: 'sum', labels: { c: 'd:e', f: '' }, value: 2 });
  assert.equal(sampleOf('a.b', 2), { metric: 'a.b', part: 'value', labels: {}, value: 2 });
});

test.run();
