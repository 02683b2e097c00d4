import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { reasons, reckon, total } from '../../lib/dashboard/page/views/sinks-account';

test('an account that adds up is written with an equals sign', () => {
  const parts = [
    ['written', 1200],
    ['queued', 4],
    ['dropped', 0],
  ] as const;
  assert.equal(reckon(1204, parts), { isRight: true, text: '1,204 = 1,200 written + 4 queued + 0 dropped', missing: 0 });
});

test('an account that does not says how many are missing', () => {
  const { isRight, text, missing } = reckon(10, [
    ['written', 8],
    ['dropped', 1],
  ]);
  assert.equal([isRight, text, missing], [false, '10 ≠ 8 written + 1 dropped', 1]);
  assert.is(reckon(1, [['written', 2]]).missing, -1);
});

test('reasons are told the most frequent first, without those of nothing', () => {
  const dropped = { refused: 3, overflow: 1200, closed: 0 };
  assert.is(reasons(dropped), 'overflow 1,200, refused 3');
  assert.is(total(dropped), 1203);
  assert.equal([reasons({}), total({})], ['', 0]);
});

test.run();
