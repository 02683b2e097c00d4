/** An event stream, as it arrives. */
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { EventReader } from '../../lib/dashboard/page/event-reader';

const STREAM =
  ': hello\n\nretry: 1500\n\nevent: full\nid: a.1\ndata: {"w":0}\n\n:\n\nevent: delta\nid: a.2\ndata: one\ndata: two\n\ndata:three\r\n\r\nevent: cut';

test('events are the same in whatever pieces they come', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: STREAM.length }), { maxLength: 20 }), (cuts) => {
      const reader = new EventReader();
      const places = [0, ...cuts.sort((a, b) => a - b), STREAM.length];
      const events = places.slice(1).flatMap((end, at) => reader.read(STREAM.slice(places[at], end)));
      assert.equal(events, [
        { name: 'full', data: '{"w":0}', id: 'a.1' },
        { name: 'delta', data: 'one\ntwo', id: 'a.2' },
        { name: 'message', data: 'three', id: undefined },
      ]);
    }),
  );
});

test.run();
