import type { PanelContent } from '../../../dashboard/wire/panels';
import { mapInTurns, Turns } from '../endpoints/in-turns';
import type { Redacted } from '../redacted';
import { isListed, type Place, readFields, shownNumber, wrong } from './panel-place';
import { readTables } from './panel-tables';
import { PanelTexts } from './panel-texts';

const MAX_TILES = 12;
const MAX_CHARTS = 8;
const MAX_NOTES = 20;
const TONES = ['neutral', 'good', 'warn', 'bad'] as const;

/** Content as it is told. */
interface CheckedContent {
  readonly content: PanelContent;
  /** Tiles, charts, tables, rows, columns and notes that there was no room for. */
  readonly leftOut: number;
}

/**
 * Checks what a panel's function gave, and makes a copy of it that is bounded and redacted: at most 12 tiles, 8 charts, 4 tables of 200
 * rows and 20 columns, 20 notes; texts of at most 500 characters. What is beyond is cut off and counted. In turns: the largest content takes
 * some tens of ms.
 *
 * @throws {PanelProblem} for what can't be shown, with its place.
 */
export async function checkContent(given: unknown, redacted: Redacted): Promise<CheckedContent> {
  const turns = new Turns();
  const texts = new PanelTexts(redacted);
  const fields = readFields(given, 'content', ['tiles', 'charts', 'tables', 'notes']);
  let leftOut = 0;
  const listOf = (name: string, most: number): readonly (readonly [unknown, Place])[] => {
    const list = fields(name);
    if (list === undefined || list === null) return [];
    const all = isListed(list, name);
    leftOut += Math.max(0, all.length - most);
    return Array.from({ length: Math.min(all.length, most) }, (_, at) => [all.at(at), `${name}[${at}]`] as const);
  };

  const tiles = await mapInTurns(listOf('tiles', MAX_TILES), ([tile, place]) => tileOf(tile, place, texts), turns);
  const charts = listOf('charts', MAX_CHARTS).map(([chart, place]) => chartOf(chart, place, texts));
  const tables = await readTables(fields('tables'), texts, turns);
  leftOut += tables.leftOut;
  const notes = listOf('notes', MAX_NOTES).map(([note, place]) => texts.needed(note, place));
  return { content: { tiles, charts, tables: tables.tables, notes }, leftOut };
}

type Tile = NonNullable<PanelContent['tiles']>[number];
type Chart = NonNullable<PanelContent['charts']>[number];

function tileOf(given: unknown, place: Place, texts: PanelTexts): Tile {
  const fields = readFields(given, place, ['label', 'value', 'unit', 'tone']);
  const said = fields('label');
  const label = texts.needed(said, `${place}.label`);
  const value = fields('value') ?? null;
  if (value !== null && typeof value !== 'string' && typeof value !== 'number') throw wrong(`${place}.value`, 'a text, a number or null');
  const unit = texts.optional(fields('unit'), `${place}.unit`);
  const tone = fields('tone');
  if (tone !== undefined && !TONES.includes(tone as never)) throw wrong(`${place}.tone`, `one of ${TONES.join(', ')}`);
  return {
    label,
    value:
      typeof value === 'number' && !texts.isSecret(`${said}`)
        ? shownNumber(value)
        : value === null
          ? null
          : texts.under(`${said}`, `${value}`),
    ...(unit !== undefined && { unit }),
    ...(tone !== undefined && { tone: tone as Tile['tone'] & string }),
  };
}

function chartOf(given: unknown, place: Place, texts: PanelTexts): Chart {
  const fields = readFields(given, place, ['title', 'metric', 'column']);
  const column = texts.optional(fields('column'), `${place}.column`);
  return {
    title: texts.needed(fields('title'), `${place}.title`),
    metric: texts.needed(fields('metric'), `${place}.metric`),
    ...(column !== undefined && { column }),
  };
}
