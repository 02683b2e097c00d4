import * as assert from 'uvu/assert';
import { createPrometheusExporter } from '../../../lib/exporters/prometheus';
import type { MetricsSnapshot } from '../../../lib/metrics/transfer/stored-snapshot';
import type { Metered } from '../../../lib/node/workers';
import { createShop, record } from './known-data';

/** Lines of a page in an order that does not depend on who came first. */
export const pageOf = async (metered: Metered): Promise<string[]> => {
  const { body } = await createPrometheusExporter(metered).render();
  return body.split('\n').sort();
};

/** Checks that what was merged is what one process has that recorded all parts of the known data. */
export async function assertSame(merged: MetricsSnapshot, exported: Metered): Promise<void> {
  const one = createShop();
  record(one, 0, 1);
  assert.equal(merged.getCounters(), one.getCounters());
  const [got, expected] = [merged.getDurationStats(), one.getDurationStats()];
  assert.equal(Object.keys(got), Object.keys(expected));
  for (const [event, { stddev, ...exact }] of Object.entries(expected)) {
    const { stddev: gotStddev, ...rest } = got[event]!;
    assert.equal(rest, exact);
    assert.ok(Math.abs(gotStddev - stddev) <= 1e-9 * stddev, `${gotStddev} for ${stddev}`);
  }
  assert.equal(await pageOf(exported), await pageOf(one));
}
