/** The views of the dashboard: those of the library, as the menu has them. */
export const VIEW_IDS = [
  'overview',
  'events',
  'endpoints',
  'errors',
  'logs',
  'requests',
  'security',
  'slow',
  'health',
  'alerts',
  'system',
  'handlers',
  'config',
] as const;
