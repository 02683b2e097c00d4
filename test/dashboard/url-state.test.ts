/** The address of a view. */
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { apiPath, placeText, readPlace } from '../../lib/dashboard/page/url-state';

const ROOT = '/internal/admin/monitoring';

test('what an address says is what it was made of', () => {
  const words = fc.stringMatching(/^[a-z-]{1,12}$/).filter((word) => word !== 'overview');
  const params = fc.dictionary(fc.string({ minLength: 1 }), fc.string({ minLength: 1, unit: 'grapheme' }));
  fc.assert(
    fc.property(words, params, (view, given) => {
      const [path, search = ''] = placeText(ROOT, { view, params: given }).split(/\?(.*)/s);
      const read = readPlace(ROOT, path as string, search);
      assert.is(read.view, view);
      assert.equal({ ...read.params }, { ...given });
    }),
  );
});

test('the same place has one address, whatever the order of its parameters', () => {
  assert.is(placeText(ROOT, { view: 'logs', params: { b: '2', a: '1', c: '' } }), `${ROOT}/logs?a=1&b=2`);
  assert.is(placeText(ROOT, { view: 'overview', params: {} }), ROOT);
});

test('an address that is none of the page has no view', () => {
  assert.is(readPlace(ROOT, '/elsewhere/logs', '').view, '');
  assert.is(readPlace(ROOT, `${ROOT}/`, '').view, '');
});

test('a path of the API has what is there of its query', () => {
  assert.is(apiPath('/admin/x'), '/admin/x');
  assert.is(apiPath('/admin/x', { a: 'ä b', none: undefined, empty: '', n: 0 }), '/admin/x?a=%C3%A4+b&n=0');
});

test.run();
