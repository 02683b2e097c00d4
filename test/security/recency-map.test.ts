import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { RecencyMap } from '../../lib/security/recency-map';

test('the oldest is the one that a list, in which what is used moves to the end, has first', () => {
  const step = fc.tuple(fc.constantFrom('add', 'touch', 'delete'), fc.integer({ min: 0, max: 6 }));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const map = new RecencyMap<string>();
      let list: string[] = [];
      for (const [what, number] of steps) {
        const key = String(number);
        if (what === 'delete') {
          map.deleteOldest();
          list = list.slice(1);
        } else if (list.includes(key)) {
          map.touch(key);
          list = [...list.filter((other) => other !== key), key];
        } else if (what === 'add') {
          map.add(key, `value ${key}`);
          list.push(key);
        } else map.touch(key);
        assert.is(map.size, list.length);
        assert.is(map.peekOldest(), list[0] && `value ${list[0]}`);
        assert.is(map.get(key), list.includes(key) ? `value ${key}` : undefined);
      }
    }),
    { numRuns: 500 },
  );
});

test.run();
