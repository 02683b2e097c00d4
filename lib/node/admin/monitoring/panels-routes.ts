import type { PanelAnswer, PanelList } from '../../../dashboard/wire/panels';
import { createErrors } from '../../../entries/errors';
import type { AdminParts } from '../parts';
import { Problem } from '../problem';
import { redactedBy } from '../redacted';
import type { Route } from '../route';
import { refused, TEXT } from '../schemas';
import type { Panel } from './panel';
import { PanelReader, type PanelState } from './panel-reader';
import { PANEL, PANELS } from './panels-schemas';

/** `/admin/panels`: what the application shows of itself. */
export function panelsRoutes({ telemetry, clock, onClose }: AdminParts, panels: readonly Panel[]): readonly Route[] {
  const redacted = redactedBy(telemetry);
  const { report } = createErrors(telemetry, { logger: 'admin' });
  const closing = new AbortController();
  onClose(() => closing.abort());
  const parts = {
    clock,
    redacted,
    report: (error: unknown, panel: string) => report(error, { component: 'admin', fields: { panel } }),
    signal: closing.signal,
  };
  const readers = new Map(panels.map((panel) => [panel.id, { panel, reader: new PanelReader(panel, parts) }]));
  const told = ({ id, title, doc }: Panel): PanelList['panels'][number] => ({
    id,
    title: redacted.text(title),
    doc: doc === undefined ? null : redacted.text(doc),
  });

  return [
    {
      method: 'GET',
      path: '/admin/panels',
      scope: 'read',
      tag: 'panels',
      summary: 'The panels of the application',
      responses: { 200: { description: 'In the order they were given', schema: PANELS } },
      handle() {
        const json: PanelList = { panels: panels.map(told) };
        return { json };
      },
    },
    {
      method: 'GET',
      path: '/admin/panels/{id}',
      scope: 'read',
      tag: 'panels',
      summary: 'What a panel shows now',
      description: 'Its function is called at most once a second, however many ask, and has 2 s.',
      params: { id: { ...TEXT, maxLength: 64, description: 'As /admin/panels tells' } },
      responses: { 200: { description: 'Redacted', schema: PANEL }, 404: refused('There is no such panel') },
      async handle({ params: { id = '' } }) {
        const found = readers.get(id);
        if (found === undefined) throw new Problem(404, 'NOT_FOUND', 'The application has no such panel. GET /admin/panels lists them');
        const json: PanelAnswer & PanelState = { ...told(found.panel), ...(await found.reader.read()) };
        return { json };
      },
    },
  ];
}
