/** Tables that are saved. */
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { csv, fileName } from '../../lib/dashboard/page/csv';

test('commas, quotes and line ends are quoted, and what is not known is empty', () => {
  const text = csv({
    name: 'x',
    columns: ['a', 'b'],
    rows: [
      ['1,2', 'say "no"'],
      ['two\nlines', null],
      [true, 4.5],
    ],
  });
  assert.is(text, 'a,b\r\n"1,2","say ""no"""\r\n"two\nlines",\r\ntrue,4.5\r\n');
});

test('what a spreadsheet would run is text: a name of an event can be a formula', () => {
  for (const begin of ['=', '+', '-', '@', '\t', '\r']) {
    const [, row = ''] = csv({ name: 'x', columns: ['a'], rows: [[`${begin}cmd|' /C calc'!A0`]] }).split(/\r\n(?!.*=)/s);
    assert.not.match(csv({ name: 'x', columns: ['a'], rows: [[`${begin}1+1`]] }), new RegExp(`^"?\\${begin}`, 'm'), row);
  }
  assert.is(csv({ name: 'x', columns: ['a'], rows: [[-5]] }), 'a\r\n-5\r\n');
});

/** A reader of RFC 4180, written for this test only. */
function parse(text: string): string[][] {
  const rows: string[][] = [[]];
  let [cell, isQuoted] = ['', false];
  for (let at = 0; at < text.length; at++) {
    const sign = text[at]!;
    if (isQuoted) {
      if (sign !== '"') cell += sign;
      else if (text[at + 1] === '"') {
        cell += '"';
        at++;
      } else isQuoted = false;
    } else if (sign === '"') isQuoted = true;
    else if (sign === ',' || (sign === '\r' && text[at + 1] === '\n')) {
      rows.at(-1)!.push(cell);
      cell = '';
      if (sign === '\r') {
        at++;
        rows.push([]);
      }
    } else cell += sign;
  }
  rows.pop();
  return rows;
}

test('whatever stands in a table is read back from the file', () => {
  const texts = fc.string({ unit: 'binary', maxLength: 12 });
  fc.assert(
    fc.property(fc.array(fc.tuple(texts, texts), { maxLength: 8 }), (rows) => {
      const read = parse(csv({ name: 'x', columns: ['a', 'b'], rows }));
      const expected = rows.map((row) => row.map((text) => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text)));
      assert.equal(read, [['a', 'b'], ...expected]);
    }),
  );
});

test('a file is named by what it holds and when it was saved', () => {
  assert.is(fileName('errors of /a', 'csv', Date.UTC(2026, 0, 2, 3, 4, 5)), 'errors-of-a-2026-01-02T03-04-05.csv');
});

test.run();
