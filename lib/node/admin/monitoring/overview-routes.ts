import type { AdminParts } from '../parts';
import type { Route } from '../route';
import { heatmapRoutes } from './heatmap-routes';
import { historyRoutes } from './history-routes';
import { OverviewReader } from './overview';
import { OVERVIEW, PULSE } from './overview-schemas';
import { heatOf, pulseOf } from './pulse';

/**
 * `/admin/overview`, `/admin/pulse`, `/admin/history` and `/admin/heatmap`: how the application is and was. What they tell is counted from
 * now on, until the API is closed. None of them is there without monitoring.
 */
export function overviewRoutes(parts: AdminParts): readonly Route[] {
  if (parts.monitoring === undefined) return [];
  const heat = heatOf(parts);
  const reader = new OverviewReader(parts, pulseOf(parts), heat);
  return [
    {
      method: 'GET',
      path: '/admin/overview',
      scope: 'read',
      tag: 'monitoring',
      summary: 'How the application is: health, rates, Apdex, alerts, errors, and the last five minutes by the second',
      description:
        'Runs no check. The 8 most frequent events, the 8 latest errors, and at most 10 alerts and failing checks; texts are at most 300 characters. Null is what nothing can be said of.',
      responses: { 200: { description: 'Now', schema: OVERVIEW } },
      isSensitive: true,
      handle: () => ({ json: reader.overview() }),
    },
    {
      method: 'GET',
      path: '/admin/pulse',
      scope: 'read',
      tag: 'monitoring',
      summary: 'The least that every view shows: who it is, and whether it is well',
      responses: { 200: { description: 'Now', schema: PULSE } },
      handle: () => ({ json: reader.pulse() }),
    },
    ...historyRoutes(parts),
    ...heatmapRoutes(parts, heat),
  ];
}
