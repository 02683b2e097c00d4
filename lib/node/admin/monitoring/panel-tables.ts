import type { PanelTable } from '../../../dashboard/wire/panels';
import { mapInTurns, type Turns } from '../endpoints/in-turns';
import { isListed, type Place, readFields, shownNumber, wrong } from './panel-place';
import type { PanelTexts } from './panel-texts';

const MAX_TABLES = 4;
const MAX_ROWS = 200;
const MAX_COLUMNS = 20;

type Cell = PanelTable['rows'][number][number];

/** @throws {PanelProblem} */
export async function readTables(
  given: unknown,
  texts: PanelTexts,
  turns: Turns,
): Promise<{ readonly tables: readonly PanelTable[]; readonly leftOut: number }> {
  if (given === undefined || given === null) return { tables: [], leftOut: 0 };
  const all = isListed(given, 'tables');
  const tables: PanelTable[] = [];
  let leftOut = Math.max(0, all.length - MAX_TABLES);
  for (let at = 0; at < Math.min(all.length, MAX_TABLES); at++) {
    const read = await readTable(all.at(at), `tables[${at}]`, texts, turns);
    tables.push(read.table);
    leftOut += read.leftOut;
  }
  return { tables, leftOut };
}

async function readTable(
  given: unknown,
  place: Place,
  texts: PanelTexts,
  turns: Turns,
): Promise<{ readonly table: PanelTable; readonly leftOut: number }> {
  const fields = readFields(given, place, ['title', 'columns', 'rows']);
  const title = texts.needed(fields('title'), `${place}.title`);
  const named = isListed(fields('columns'), `${place}.columns`);
  const names = Array.from({ length: Math.min(named.length, MAX_COLUMNS) }, (_, at) => nameOf(named.at(at), `${place}.columns[${at}]`));
  const listed = isListed(fields('rows'), `${place}.rows`);
  const places = Array.from({ length: Math.min(listed.length, MAX_ROWS) }, (_, at) => at);
  const rows = await mapInTurns(places, (at) => rowOf(listed.at(at), `${place}.rows[${at}]`, names, texts), turns);
  const leftOut = Math.max(0, named.length - MAX_COLUMNS) + Math.max(0, listed.length - MAX_ROWS);
  return { table: { title, columns: names.map((name) => texts.shown(name)), rows }, leftOut };
}

function nameOf(value: unknown, place: Place): string {
  if (typeof value !== 'string') throw wrong(place, 'a text');
  return value;
}

/** As long as there are columns: what has no column is no cell, and what is missing is nothing. */
function rowOf(given: unknown, place: Place, names: readonly string[], texts: PanelTexts): readonly Cell[] {
  const row = isListed(given, place);
  return names.map((name, at) => (at < row.length ? cellOf(row.at(at), `${place}[${at}]`, name, texts) : null));
}

function cellOf(value: unknown, place: Place, name: string, texts: PanelTexts): Cell {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string') return texts.under(name, value);
  if (typeof value === 'boolean') return value;
  if (typeof value !== 'number') throw wrong(place, 'a text, a number, true, false or null');
  return texts.isSecret(name) ? texts.under(name, `${value}`) : shownNumber(value);
}
