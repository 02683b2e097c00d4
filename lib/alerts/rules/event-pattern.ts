import { type EventName, isSegment } from '../../core/event';

/** A segment that may be any. */
const ANY = '*';

/**
 * Why a text names no events; `undefined` for one that does. Three segments are an event's key, two leave the app open, and `*`
 * stands for a whole segment.
 */
export function patternProblem(text: string): string | undefined {
  const segments = text.split('.');
  if (segments.length < 2 || segments.length > 3)
    return 'a dotted key such as "coder.llm.request", or "llm.request" for that of any app, with * for a whole segment';
  const wrong = segments.find((segment) => segment !== ANY && !isSegment(segment));
  if (wrong !== undefined) return 'segments of 1 to 64 letters, digits, _ or -, beginning with a letter; or * for any';
  if (segments[0] === 'telemetry' && segments[1] === 'alert')
    return "another event: there is never an alert about the library's own alerts";
  return undefined;
}

/** Whether an event is one that alerting itself emits. Those are never counted, whatever a pattern says. */
export const isOwnAlert = ([app, component]: EventName): boolean => app === 'telemetry' && component === 'alert';

const fits = (segment: string, value: string): boolean => segment === ANY || segment === value;

/** Whether a pattern means an event. @param pattern - One that has no problem. */
export function matchesEvent(pattern: string, [app, component, action]: EventName): boolean {
  const [ofApp, ofComponent, ofAction] = segmentsOf(pattern);
  return fits(ofApp, app) && fits(ofComponent, component) && fits(ofAction, action);
}

/** The three segments of a pattern; that of the app is `*` where it is left open. */
export function segmentsOf(pattern: string): readonly [app: string, component: string, action: string] {
  const segments = pattern.split('.');
  return (segments.length === 2 ? [ANY, ...segments] : segments) as never;
}

/** Whether a pattern and an event have the app and the component in common. */
export function sharesComponent(pattern: string, [app, component]: EventName): boolean {
  const [ofApp, ofComponent] = segmentsOf(pattern);
  return fits(ofApp, app) && fits(ofComponent, component);
}
