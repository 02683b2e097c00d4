import type { Overview } from '../../wire/overview';

/** The library tells of itself, of the process and of the machine by events of these names. */
const OWN = /^(?:telemetry|process|system|nodejs)\./;

/** Whether the application has done nothing yet: no request, no error, and no event but those of the library. */
export const isUnused = ({ top_events: top, errors, requests }: Pick<Overview, 'top_events' | 'errors' | 'requests'>): boolean =>
  errors.length === 0 && (requests?.total ?? 0) === 0 && top.every(({ name }) => OWN.test(name));
