import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isTelemetryError } from '../../../../lib/index';
import { readMonitoringOptions } from '../../../../lib/node/admin/monitoring/options';

const PANEL = { id: 'queue', title: 'Job queue', read: () => ({}) };
const read = (given: unknown) => readMonitoringOptions('createAdmin: monitoring', given as never);

test('by default the page is there, with its defaults', () => {
  for (const given of [undefined, true, {}])
    assert.equal(read(given), { apdex: { metric: undefined, thresholdMs: 500 }, panels: [], streams: 64 });
  assert.is(read(false), undefined);
});

test('what is given is taken', () => {
  const settings = read({ apdex: { metric: 'shop.checkout', threshold: '2s' }, panels: [PANEL], streams: 1024 });
  assert.equal(settings?.apdex, { metric: 'shop.checkout', thresholdMs: 2000 });
  assert.is(settings?.panels[0], PANEL);
  assert.is(settings?.streams, 1024);
  assert.is(read({ apdex: { threshold: 250 } })?.apdex.thresholdMs, 250);
});

test('what can not be is refused with where and what', () => {
  const wrong: readonly (readonly [given: unknown, told: string])[] = [
    [null, 'createAdmin: monitoring'],
    ['yes', 'true, false, or an object'],
    [{ apdx: {} }, 'apdex'],
    [{ apdex: { treshold: 1 } }, 'threshold'],
    [{ apdex: { threshold: 'fast' } }, 'apdex: threshold'],
    [{ apdex: { threshold: '2h' } }, 'apdex: threshold'],
    [{ apdex: { metric: '' } }, 'apdex: metric'],
    [{ apdex: [] }, 'apdex'],
    [{ streams: 0 }, '1 to 1024'],
    [{ streams: 1025 }, '1 to 1024'],
    [{ streams: 1.5 }, '1 to 1024'],
    [{ panels: {} }, 'at most 20'],
    [{ panels: Array(21).fill(PANEL) }, 'at most 20'],
    [{ panels: Array(1) }, 'panels[0]'],
    [{ panels: [{ ...PANEL, id: 'Queue' }] }, 'panels[0]'],
    [{ panels: [{ ...PANEL, id: '-queue' }] }, 'panels[0]'],
    [{ panels: [{ ...PANEL, id: 'q'.repeat(65) }] }, 'panels[0]'],
    [{ panels: [{ ...PANEL, read: 'x' }] }, 'panels[0]'],
    [{ panels: [{ id: 'queue', read: PANEL.read }] }, 'title'],
    [{ panels: [PANEL, { ...PANEL, title: 'Other' }] }, 'no other panel'],
  ];
  for (const [given, told] of wrong) {
    try {
      read(given);
      assert.unreachable(JSON.stringify(given));
    } catch (error) {
      assert.ok(isTelemetryError(error), String(error));
      assert.match(error.message, told);
    }
  }
});

test.run();
