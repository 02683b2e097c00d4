import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { crc32 } from '../../../lib/metrics/transfer/crc32';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

test('the checksum is that of the standard: its check value, and that of nothing', () => {
  assert.is(crc32(bytesOf('123456789')), 0xcbf43926);
  assert.is(crc32(new Uint8Array(0)), 0);
});

test('it is of the bytes from a place on', () => {
  assert.is(crc32(bytesOf('abc123456789'), 3), 0xcbf43926);
});

test.run();
