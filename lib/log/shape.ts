import { claim, type Keys, keyText, MORE, sizeOf } from './key';
import { CORE_FIELDS } from './record';
import type { KeyVerdict, PathNode } from './redaction/redactor';

/** Where a field of a record comes from, in the order they are written. */
const MEASUREMENT = 0;
const METADATA = 1;
/** Fields of a child logger. */
export const BINDING = 2;
export const CONTEXT = 3;
type Section = typeof MEASUREMENT | typeof METADATA | typeof BINDING | typeof CONTEXT;

/** What is done with the value of a field. */
type Treatment = 'plain' | 'secret' | 'session' | 'private' | 'duration';

/** One field of a record whose name is decided. */
export interface Field {
  readonly section: Section;
  readonly key: string;
  /** Where its value is, among all values of a record in the order of their keys. */
  readonly at: number;
  /** `,"name":` */
  readonly text: string;
  /** `,"name":"` */
  readonly quoted: string;
  /** The most bytes the name takes, and a number with it. */
  readonly size: number;
  /** Another name, for when the value decides: see {@link Field.isDangerous}, and `error_type` beside an error. */
  readonly otherText: string;
  /** An object under this name could pass for a prototype: it takes the other name. */
  readonly isDangerous: boolean;
  readonly treatment: Treatment;
  /** Whether the name stands among the core fields: `request_id` and the like. */
  readonly isCore: boolean;
  readonly node: PathNode | undefined;
  /** Where the value of a field of the same key is that is written before, -1 if there is none: an equal one is not repeated. */
  readonly same: number;
  /**
   * The texts of values that were written as they are: models, states and routes come again and again. `undefined` for a
   * field whose values do not.
   */
  known: Map<string, string> | undefined;
  /** How many values in a row were not known. */
  misses: number;
}

/** All names of a record with these keys; the same keys in the same order always give the same. */
export interface Shape {
  /** By section. */
  readonly keys: readonly (readonly string[])[];
  readonly fields: readonly Field[];
  /** Fields beyond the limit. */
  readonly leftOut: number;
  /** Where values with a meaning of their own are, -1 where there is none. */
  readonly errorType: number;
  /** Of a span's exception event: the error, and its stack, which need not be written twice. */
  readonly reason: number;
  readonly stacktrace: number;
  /**
   * No value decides about a name or about being written at all, and the context's names are its keys: then values can
   * be written one after the other, and the text of a context can be used again.
   */
  readonly isSimple: boolean;
  /** How many of the fields are measurements and metadata; they come first in a simple shape. */
  readonly changing: number;
  /** The text of the child fields of a simple shape, once it was made. */
  bindingText: string | undefined;
}

/** What decides about names and treatments besides the keys. */
export interface ShapeRules {
  readonly keys: Keys;
  readonly paths: PathNode | undefined;
  /** Texts go through rules of the application's. */
  readonly hasRules: boolean;
  readonly maxFields: number;
  /** Metadata keys whose content is never written. */
  readonly privateKeys: readonly string[];
  /** Measurement keys are renamed: `duration` becomes `durationName`. */
  readonly isEvent: boolean;
  readonly durationName: 'duration_ms' | 'duration_seconds';
  /** Own fields stand in an object of their own, where core fields are no obstacle. */
  readonly isNested: boolean;
  /** The caller is known: `module`, `function` and `line` are taken. */
  readonly hasCaller: boolean;
  /** An error among the child fields. */
  readonly hasErrorBinding: boolean;
  /** Fields that were not even read. */
  readonly leftOut: number;
}

/**
 * Core fields that a record may know from elsewhere. A field of that name takes the place when nothing else does; all
 * other core fields can't be had.
 */
const OPEN: readonly string[] = ['module', 'function', 'line', 'request_id', 'trace_id', 'span_id', 'error_type'];
/** These belong to the context first, so that a record's own field can't put itself in their place. */
const OF_CONTEXT: readonly string[] = ['request_id', 'trace_id', 'span_id'];
const OF_CALLER: readonly string[] = ['module', 'function', 'line'];

/** Decides the names of a record's fields. Nothing is overwritten: a name that is taken gets an underscore. */
export function createShape(keys: readonly (readonly string[])[], rules: ShapeRules): Shape {
  const takenCore = new Set<string>(CORE_FIELDS.filter((name) => !OPEN.includes(name)));
  if (rules.hasCaller) for (const name of OF_CALLER) takenCore.add(name);
  for (const name of OF_CONTEXT) if (keys[CONTEXT]!.includes(name)) takenCore.add(name);
  const takenOwn = rules.isNested ? new Set<string>() : takenCore;
  takenOwn.add(MORE);
  const core: Draft[] = [];
  const own: Draft[] = [];

  let at = 0;
  keys.forEach((names, section) => {
    for (const key of names) {
      const place = at++;
      if (core.length + own.length >= rules.maxFields) continue;
      const isCore =
        section === CONTEXT && OF_CONTEXT.includes(key)
          ? !core.some((field) => field.key === key)
          : !rules.isNested && OPEN.includes(key) && !takenCore.has(key);
      if (isCore) takenCore.delete(key);
      (isCore ? core : own).push({ ...nameField(section as Section, key, isCore, isCore ? takenCore : takenOwn, rules), at: place });
    }
  });
  const drafts = [...core, ...own];
  const placeOf = (fields: readonly Draft[], wanted: (field: Draft) => boolean) => fields.find(wanted)?.at ?? -1;
  const ofMetadata = (key: string) => placeOf(drafts, (field) => field.key === key && field.section === METADATA);
  const fields = drafts.map((field, index) => ({ ...field, same: placeOf(drafts.slice(0, index), ({ key }) => key === field.key) }));
  const reason = ofMetadata('kind') === -1 || ofMetadata('stacktrace') === -1 ? -1 : ofMetadata('reason');
  const isSimple =
    at === drafts.length &&
    reason === -1 &&
    rules.leftOut === 0 &&
    !rules.hasErrorBinding &&
    fields.every(
      ({ section, key, text, same, isDangerous, isCore, treatment }) =>
        same === -1 &&
        !isDangerous &&
        treatment !== 'private' &&
        (section === CONTEXT ? text === rules.keys.of(key).text && !rules.isNested : !isCore),
    );
  return {
    keys,
    // Core fields of a simple shape belong to the context, which comes last.
    fields: isSimple ? [...fields].sort((one, other) => one.at - other.at) : fields,
    isSimple,
    changing: fields.filter(({ section }) => section <= METADATA).length,
    bindingText: undefined,
    leftOut: at - drafts.length + rules.leftOut,
    errorType: placeOf(core, ({ key }) => key === 'error_type'),
    reason,
    stacktrace: ofMetadata('stacktrace'),
  };
}

/** What a number takes at most. */
const NUMBER_SIZE = 24;

type Draft = Omit<Field, 'same'>;
type Named = Omit<Draft, 'at'>;

function nameField(section: Section, key: string, isCore: boolean, taken: Set<string>, rules: ShapeRules): Named {
  const info = rules.keys.of(key);
  const node = rules.paths?.child(key);
  const treatment = treatmentOf(section, key, info.verdict, node, rules);
  const name = claim(taken, treatment === 'private' ? `${info.name}_length` : treatment === 'duration' ? rules.durationName : info.name);
  const text = keyText(name);
  const mayChange = info.isDangerous || name === 'error_type';
  return {
    section,
    key,
    text,
    quoted: `${text}"`,
    size: sizeOf(text) + NUMBER_SIZE,
    otherText: mayChange ? keyText(claim(taken, `${name}_`)) : text,
    isDangerous: info.isDangerous,
    treatment,
    isCore,
    node,
    known: !rules.hasRules && (treatment === 'plain' || treatment === 'session') ? new Map() : undefined,
    misses: 0,
  };
}

function treatmentOf(section: Section, key: string, verdict: KeyVerdict, node: PathNode | undefined, rules: ShapeRules): Treatment {
  if (section === METADATA && rules.privateKeys.includes(key)) return 'private';
  if (rules.isEvent && section === MEASUREMENT && key === 'duration') return 'duration';
  if (node?.isSecret || verdict === 'secret') return 'secret';
  return verdict === 'session' ? 'session' : 'plain';
}
