/** Code to copy. */
import type { EventRow } from '../../wire/events';

/** An event's name as code has it: `['shop', 'order', 'paid']`. */
export function nameCode(name: string): string {
  const parts = name.split('.').map((part) => `'${part}'`);
  return `[${parts.join(', ')}]`;
}

/** A handler to begin with. */
export function attachCode({ name, durations }: Pick<EventRow, 'name' | 'durations'>): string {
  const [measured, first] = durations === null ? ['measurements', 'measurements'] : ['{ duration }', 'duration'];
  return `telemetry.attach('my-handler', ${nameCode(name)}, (event, ${measured}, metadata) => {
  console.log(event.join('.'), ${first}, metadata);
});`;
}
