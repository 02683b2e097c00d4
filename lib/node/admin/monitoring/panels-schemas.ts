import type { JsonSchema } from '../route';
import { COUNT, listOf, object, oneOf, orNull, PLAIN, TEXT } from '../schemas';

const CONTENT = object({
  tiles: listOf(
    object({ label: TEXT, value: { type: ['string', 'number', 'null'] }, unit: TEXT, tone: oneOf('neutral', 'good', 'warn', 'bad') }, [
      'unit',
      'tone',
    ]),
  ),
  charts: listOf(object({ title: TEXT, metric: TEXT, column: TEXT }, ['column'])),
  tables: listOf(object({ title: TEXT, columns: listOf(TEXT), rows: listOf(listOf(PLAIN)) })),
  notes: listOf(TEXT),
});

export const PANELS: JsonSchema = object({ panels: listOf(object({ id: TEXT, title: TEXT, doc: orNull(TEXT) })) });

export const PANEL: JsonSchema = object({
  id: TEXT,
  title: TEXT,
  doc: orNull(TEXT),
  content: orNull(CONTENT),
  error_id: { ...orNull(TEXT), description: 'Of what its function failed with' },
  problem: { ...orNull(TEXT), description: 'Why there is no content' },
  left_out: { ...COUNT, description: 'Tiles, charts, tables, rows, columns and notes that there was no room for' },
});
