/** Platforms are made of Node by taking something away; on others, other things would break. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createPrometheusExporter } from '../../lib/exporters/prometheus/index';
import { manySeries, slow } from '../support/prometheus/many-series';
import { fakeBus } from '../support/prometheus/source';
import { parseText } from '../support/prometheus/text';

test('a page is rendered in slices on platforms without setImmediate, too, and on those without channels', async () => {
  const { setImmediate: immediate, MessageChannel: channel } = globalThis;
  let channels = 0;
  class Counted extends channel {
    constructor() {
      super();
      channels++;
    }
  }
  const names = ['setImmediate', 'MessageChannel'] as const;
  try {
    Object.assign(globalThis, { MessageChannel: Counted });
    for (const name of names) {
      channels = 0;
      Object.assign(globalThis, { [name]: undefined });
      let timers = 0;
      const timer = setInterval(() => timers++, 1);
      const { body } = await createPrometheusExporter(fakeBus(slow(manySeries(100), 0.5))).render();
      clearInterval(timer);
      assert.is(parseText(body)[0]!.samples.length, 100);
      assert.ok(timers >= 1, `${timers} timers without ${name}`);
      assert.is(channels > 0, name === 'setImmediate');
    }
  } finally {
    Object.assign(globalThis, { setImmediate: immediate, MessageChannel: channel });
  }
});

test.run();
