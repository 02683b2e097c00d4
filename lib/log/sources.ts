import type { Definition } from '../core/definition';
import { type EventName, keyOf } from '../core/event';
import { keyText } from './key';
import { NO_FIELDS, type Payload } from './payload';
import { quote } from './quote';
import { LABELS, type RecordLevel } from './record';
import { type Resource, resourceText } from './resource';
import { Source } from './source';

/** What all lines of a log have in common. */
interface Common {
  readonly resource: Resource;
  readonly fieldsUnder: string | undefined;
}

interface EventParts {
  readonly name: EventName;
  readonly definition: Definition | undefined;
  readonly level: RecordLevel;
}

interface LoggerParts {
  readonly logger: string;
  readonly bindings: Payload;
  readonly stream: string | undefined;
}

/** Prepares what never changes in the lines of an event. */
export function sourceOfEvent(owner: object, { resource, fieldsUnder }: Common, { name, definition, level }: EventParts): Source {
  const key = keyOf(name);
  const logger = `${name[0]}.${name[1]}`;
  const type = definition?.eventType;
  const head = `,"level":"${LABELS[level]}","logger":${quote(logger)},"message":${quote(type === undefined ? key : `EVENT: ${type}`)}`;
  // Nothing comes between the two: one string is quicker to append than two.
  const begin = `${head},"event_name":${quote(key)}${resourceText({ ...resource, app: resource.app ?? name[0] })}`;
  return new Source({
    owner,
    logger,
    event: key,
    stream: definition?.stream,
    begin: type === undefined ? begin : `${begin},"event_type":${quote(type)},"event_action":${quote(name[2])}`,
    end: '',
    under: under(type === undefined ? fieldsUnder : 'data'),
    definition,
    bindings: NO_FIELDS,
    level,
  });
}

/** Prepares what never changes in the lines of a logger; their level comes with each. */
export function sourceOfLogger(owner: object, { resource, fieldsUnder }: Common, { logger, bindings, stream }: LoggerParts): Source {
  return new Source({
    owner,
    logger,
    event: undefined,
    stream,
    begin: `,"logger":${quote(logger)},"message":`,
    end: resourceText({ ...resource, app: resource.app ?? logger.split('.')[0] }),
    under: under(fieldsUnder),
    definition: undefined,
    bindings,
    level: undefined,
  });
}

const under = (name: string | undefined): string => (name === undefined ? '' : keyText(name));
