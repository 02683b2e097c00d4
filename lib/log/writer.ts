import type { Definition } from '../core/definition';
import type { ErrorMark, ErrorVerdict, ErrorWatch } from '../core/error-mark';
import type { EventName } from '../core/event';
import { isError } from '../core/read';
import type { Caller } from './caller';
import { ContextText } from './context-text';
import { exceptionText, typeOf } from './exception';
import { fieldText } from './field-text';
import { Keys, moreText } from './key';
import { flat, MAX_KNOWN_CHARS, remember } from './known-values';
import type { Limits } from './limits';
import { NO_FIELDS, type Payload } from './payload';
import { isPlain, quote } from './quote';
import { RecordReader } from './reader';
import { LABELS, type RecordLevel } from './record';
import type { Redactor } from './redaction/redactor';
import type { Resource } from './resource';
import { BINDING, CONTEXT, type Shape } from './shape';
import type { Source } from './source';
import { sourceOfEvent, sourceOfLogger } from './sources';
import { timestampText } from './timestamp';
import { ValueWalk } from './value';

/** What a writer is made from; another setting makes another writer. */
export interface WriterOptions {
  readonly resource: Resource;
  readonly redactor: Redactor;
  readonly limits: Limits;
  /** Own fields stand in an object under this name. */
  readonly fieldsUnder: string | undefined;
  /** Counts errors, and says which are the same. */
  readonly watch: ErrorWatch;
}

/** No error is given; `undefined` can be thrown, too. */
export const NO_ERROR: unique symbol = Symbol('no error');

/** A plain line, as a logger makes it. */
export interface PlainLine {
  readonly level: RecordLevel;
  readonly message: string;
  readonly fields: unknown;
  readonly error: unknown;
  readonly caller: Caller | undefined;
  /** What is known of its error already; else the watch is asked. */
  readonly mark?: ErrorMark | undefined;
}

/**
 * Makes records: one JSON line in the default schema for whatever it is given. What never changes in the lines of an
 * event or a logger is prepared in its {@link Source}; the rest is read once, here and now.
 */
export class RecordWriter {
  private readonly options: WriterOptions;
  private readonly walk: ValueWalk;
  private readonly reader: RecordReader;
  /** What was made of the error of the last line; `undefined` for one without. */
  verdict: ErrorVerdict | undefined = undefined;
  /** The same of the line under way: a field of it may log, too. */
  private pending: ErrorVerdict | undefined = undefined;
  /** What a line may have without being looked at closely: a third of its bytes, as a character has up to three. */
  private readonly simpleChars: number;
  private readonly shortChars: number;
  private isBusy = false;
  private readonly context: ContextText;

  constructor(options: WriterOptions) {
    this.options = options;
    this.walk = new ValueWalk(options.redactor, new Keys(options.redactor), options.limits);
    this.reader = new RecordReader({
      keys: this.walk.keys,
      paths: options.redactor.paths,
      hasRules: options.redactor.hasRules,
      maxFields: options.limits.keys,
    });
    this.context = new ContextText(this.walk, options.limits.bytes / 4);
    this.simpleChars = options.limits.bytes / 3 - HEAD_CHARS;
    this.shortChars = Math.min(1000, options.limits.chars);
  }

  /** What is known beforehand about the lines of an event. */
  eventSource(name: EventName, definition: Definition | undefined, level: RecordLevel): Source {
    return sourceOfEvent(this, this.options, { name, definition, level });
  }

  /** What is known beforehand about the lines of a logger; their level comes with each. */
  loggerSource(logger: string, bindings: Payload, stream?: string): Source {
    return sourceOfLogger(this, this.options, { logger, bindings, stream });
  }

  /** The line of an emission, its newline included. */
  event(source: Source, time: number, measurements: unknown, metadata: unknown, context: Payload | undefined): string {
    return this.line(source, time, undefined, measurements, metadata, context);
  }

  /** A plain line, its newline included. */
  plain(source: Source, time: number, line: PlainLine, context: Payload | undefined): string {
    return this.line(source, time, line, undefined, line.fields, context);
  }

  private line(
    source: Source,
    time: number,
    line: PlainLine | undefined,
    measurements: unknown,
    metadata: unknown,
    context: Payload | undefined,
  ): string {
    // A getter or a rule that logs comes back here in the middle of a line.
    if (this.isBusy) {
      const other = new RecordWriter(this.options);
      const text = other.line(source, time, line, measurements, metadata, context);
      this.verdict = other.verdict;
      return text;
    }
    this.isBusy = true;
    this.pending = undefined;
    try {
      this.walk.reset();
      const shape = this.reader.read(source, measurements, metadata, context ?? NO_FIELDS, line?.caller !== undefined);
      return shape.isSimple && !this.reader.hasObjects && (line === undefined || line.error === NO_ERROR)
        ? this.simple(source, shape, time, line, context ?? NO_FIELDS)
        : this.write(source, shape, time, line);
    } finally {
      this.isBusy = false;
      this.verdict = this.pending;
      this.reader.reset();
    }
  }

  private head(source: Source, time: number, line: PlainLine | undefined): string {
    if (line === undefined) return timestampText(time) + source.begin;
    const { level, message, caller } = line;
    const { head: known, begin, end } = source;
    let text: string;
    if (known?.message === message && known.level === level) {
      text = known.text;
      this.walk.room -= message.length;
    } else {
      const said = this.walk.text(message);
      text = `,"level":"${LABELS[level]}"${begin}${said}${end}`;
      if (isItself(said, message) && !this.options.redactor.hasRules) source.head = { level, message, text: flat(text) };
    }
    const head = timestampText(time) + text;
    return caller === undefined ? head : head + callerText(caller);
  }

  /**
   * Most lines: no error, no objects, no names that depend on values. Bytes are not counted one by one: a line that might
   * be too long in the end is written once more with care.
   */
  private simple(source: Source, shape: Shape, time: number, line: PlainLine | undefined, context: Payload): string {
    const { walk, shortChars } = this;
    const { redactor } = walk;
    const { values } = this.reader;
    const { fields, changing } = shape;
    let own = '';
    for (let index = 0; index < changing; index++) {
      const field = fields[index]!;
      const value = values[index];
      if (typeof value === 'string') {
        const { known } = field;
        const again = known?.get(value);
        if (again !== undefined) {
          own += again;
          field.misses = 0;
          continue;
        }
        if (field.treatment === 'plain' && value.length <= shortChars) {
          const text = redactor.text(value, field.key);
          own += isPlain(text) ? `${field.quoted}${text}"` : field.text + quote(text);
          if (known !== undefined) remember(field, known, value, text);
          continue;
        }
      }
      const text = fieldText(walk, field, value, source.perMs);
      if (text !== undefined) own += field.text + text;
    }
    if (own.length > this.simpleChars) {
      walk.reset();
      return this.write(source, shape, time, line);
    }
    let out = this.head(source, time, line);
    let leftOut = 0;
    walk.room -= out.length + own.length;
    shape.bindingText ??= this.bindingText(source, shape);
    if (walk.fits(shape.bindingText.length)) own += shape.bindingText;
    else leftOut += source.bindingKeys.length;
    if (context !== NO_FIELDS) {
      this.context.use(context, { shape, values, from: changing + source.bindingKeys.length });
      if (walk.fits(this.context.chars)) {
        out += this.context.core;
        own += this.context.own;
      } else leftOut += shape.keys[CONTEXT]!.length;
    }
    if (leftOut > 0) own += moreText(leftOut);
    const level = line === undefined ? source.level : line.level;
    if (level === 'error' || level === 'critical') out += this.errorText(undefined, false, source, shape, line);
    return end(source, out, own);
  }

  private bindingText(source: Source, { fields, changing }: Shape): string {
    let text = '';
    const { walk } = this;
    const { room } = walk;
    walk.room = this.options.limits.bytes / 4;
    for (const [index, value] of source.bindingValues.entries()) {
      const field = fields[changing + index]!;
      const written = fieldText(walk, field, value, source.perMs);
      if (written !== undefined) text += field.text + written;
    }
    walk.room = room;
    return text;
  }

  private write(source: Source, shape: Shape, time: number, line: PlainLine | undefined): string {
    const walk = this.walk;
    const { values } = this.reader;
    const { fields } = shape;
    let error = line === undefined ? NO_ERROR : line.error;
    let errorAt = -1;
    if (error === NO_ERROR) {
      for (let index = 0; index < fields.length; index++) {
        const { at, section } = fields[index]!;
        const value = values[at];
        if (typeof value === 'object' && value !== null && section <= BINDING && isError(value)) {
          error = value;
          errorAt = at;
          break;
        }
      }
      if (error === NO_ERROR && shape.reason !== -1) {
        errorAt = shape.reason;
        error = values[errorAt];
      }
    }
    const stacktraceAt = errorAt !== -1 && errorAt === shape.reason ? shape.stacktrace : -1;

    const level = line === undefined ? source.level! : line.level;
    let out = this.head(source, time, line);
    walk.room -= out.length;
    const hasError = error !== NO_ERROR;
    // Before the fields, so that they can't crowd it out.
    const errorText = hasError || level === 'error' || level === 'critical' ? this.errorText(error, hasError, source, shape, line) : '';
    let own = '';
    let { leftOut } = shape;
    for (let index = 0; index < fields.length; index++) {
      const field = fields[index]!;
      const { at } = field;
      const value = values[at];
      if (at === errorAt || at === stacktraceAt || (field.same !== -1 && values[field.same] === value)) continue;
      if (walk.room <= 0) {
        leftOut += fields.length - index;
        break;
      }
      const text = fieldText(walk, field, value, source.perMs);
      if (text === undefined) continue;
      walk.room -= field.size;
      if (field.isCore && !(hasError && at === shape.errorType)) out += field.text + text;
      else own += (field.isDangerous ? typeof value === 'object' : field.isCore) ? field.otherText + text : field.text + text;
    }
    out += errorText;
    if (leftOut > 0) own += moreText(leftOut);
    return end(source, out, own);
  }

  private errorText(error: unknown, hasError: boolean, source: Source, shape: Shape, line: PlainLine | undefined): string {
    const { id, fingerprint } = this.judge(error, hasError, source, shape, line);
    if (!hasError) return `,"error_id":"${id}","fingerprint":"${fingerprint}"`;
    const type = isError(error) ? typeOf(error) : error === null ? 'null' : typeof error;
    const walk = this.walk;
    // An error counts for more than fields do, but not for all there is.
    const kept = Math.max(0, walk.room / 4);
    walk.room -= kept;
    const text = `,"error_id":"${id}","error_type":${walk.text(type)},"fingerprint":"${fingerprint}","exception":${exceptionText(walk, error)}`;
    walk.room += kept;
    return text;
  }

  /** A value that may be told as it was given. */
  private valueOf({ fields }: Shape, name: string): unknown {
    const field = fields.find(({ key }) => key === name);
    return field === undefined || field.treatment === 'secret' || field.treatment === 'private' ? undefined : this.reader.values[field.at];
  }

  private judge(error: unknown, hasError: boolean, source: Source, shape: Shape, line: PlainLine | undefined): ErrorMark {
    const { logger, event, isWanted } = source;
    const level = line === undefined ? source.level! : line.level;
    this.pending =
      line?.mark === undefined
        ? this.options.watch.meet(error, hasError, {
            level,
            logger,
            event,
            isWanted,
            message: line === undefined ? '' : line.message,
            fieldOf: (name) => this.valueOf(shape, name),
          })
        : { ...line.mark, isCollapsed: false };
    return this.pending;
  }
}

function end({ under }: Source, out: string, own: string): string {
  if (own === '') return `${out}}\n`;
  return under === '' ? `${out}${own}}\n` : `${out}${under}{${own.slice(1)}}}\n`;
}

/** Whether the text of a message is the message: what was masked is looked at, and counted, each time. */
const isItself = (said: string, message: string): boolean =>
  message.length <= MAX_KNOWN_CHARS && said.length === message.length + 2 && said.startsWith(message, 1) && isPlain(message);

/** What core fields take, a message apart. */
const HEAD_CHARS = 2048;

const callerText = ({ module, name, line }: Caller): string =>
  `,"module":${quote(module)},"function":${quote(name)}${line === undefined ? '' : `,"line":${line}`}`;
