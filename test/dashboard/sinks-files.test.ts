import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { streamsOf } from '../../lib/dashboard/page/views/sinks-files';

const file = (stream: string, name: string, bytes: number) => ({
  stream,
  name,
  bytes,
  modified: '2026-11-22T09:00:00.000Z',
  compressed: false,
});

test('files stand by stream, the largest stream first, in the order they came in', () => {
  const streams = streamsOf([file('app', 'app.log', 10), file('errors', 'errors.log', 50), file('app', 'app.log.1', 100)]);
  assert.equal(
    streams.map(({ name, bytes, files }) => [name, bytes, files.map((one) => one.name)]),
    [
      ['app', 110, ['app.log', 'app.log.1']],
      ['errors', 50, ['errors.log']],
    ],
  );
});

test('without files there are no streams', () => {
  assert.equal(streamsOf([]), []);
});

test.run();
