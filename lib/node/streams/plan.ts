import { basename, isAbsolute, resolve } from 'node:path';
import type { TelemetryConfig } from '../../config/load';
import { STREAM_RULE } from '../../core/definition';
import { TelemetryError } from '../../core/errors';
import { checkOptions } from '../../core/options';
import { createFormat } from '../../log/formats/create-format';
import type { SinkOptions } from '../../log/options';
import type { KeepOptions, RotateOptions } from '../file/options';
import { filePath, isGiven, type LogPlace, pathPart } from '../log-directory';
import { STREAM_RULES, type StreamOptions, type StreamsOptions } from './options';
import type { Preset, PresetStream } from './preset';

/** A stream that will be: what it takes, and where it writes. */
export interface PlannedStream {
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  /** What of all lines, and how. */
  readonly takes: Omit<SinkOptions, 'sink'>;
  readonly writes: StreamOptions & { readonly rotate: RotateOptions; readonly keep: KeepOptions };
}

/** What the streams are made of. */
export interface StreamParts {
  readonly preset: Preset;
  readonly given: StreamsOptions;
  readonly config: TelemetryConfig;
  readonly place: () => LogPlace;
}

/** Refuses options of streams that can't be. @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID` */
export function checkStreams(given: StreamsOptions): void {
  for (const [name, options] of Object.entries(given)) {
    checkOptions('startTelemetry: streams', { name }, { name: STREAM_RULE });
    if (typeof options === 'boolean') continue;
    checkOptions(`startTelemetry: streams.${name}`, options, STREAM_RULES);
    if (typeof options?.format === 'string') createFormat(options.format);
  }
}

/**
 * Decides which streams there are: those of the preset, changed and added to by the application.
 *
 * @throws {TelemetryError} `OPTION_INVALID` for a file name that leaves the folder, and for two streams on one file.
 */
export function planStreams({ preset, given, config, place }: StreamParts): readonly PlannedStream[] {
  const names = new Set([...Object.keys(preset.streams), ...Object.keys(given)]);
  const wanted = [...names].flatMap((name) => {
    const said = Object.hasOwn(given, name) ? given[name] : undefined;
    const own = typeof said === 'object' ? said : {};
    const inPreset = Object.hasOwn(preset.streams, name) ? preset.streams[name] : undefined;
    const tag = tagOf(name, inPreset, own);
    const isOn = typeof said === 'boolean' ? said : (own.enabled ?? (tag === 'diagnostic' ? config.enableDiagnostic : true));
    return isOn ? [{ name, own, inPreset, tag }] : [];
  });
  if (wanted.length === 0) return [];
  const there = place();
  const planned = wanted.map(({ name, own, inPreset, tag }) => ({
    name,
    path: pathOf(name, own, inPreset, config, there),
    takes: { ...taken(own, inPreset, preset, config), ...(tag !== undefined && { stream: tag }) },
    writes: {
      ...own,
      sync: own.sync ?? inPreset?.sync ?? false,
      rotate: rotateOf(own, inPreset, config),
      keep: keepOf(own, inPreset, config),
    },
  }));
  refuseShared(planned);
  return planned;
}

/** An own stream takes what is tagged with its name, unless it says what it takes. */
function tagOf(name: string, inPreset: PresetStream | undefined, { level, maxLevel, loggers, where }: StreamOptions): string | undefined {
  if (inPreset !== undefined) return inPreset.tag;
  return [level, maxLevel, loggers, where].some((rule) => rule !== undefined) ? undefined : name;
}

/** What `config` says counts for the files that are rotated by size, when somebody said it. */
const isBySize = (rotate: RotateOptions): boolean => rotate.maxBytes !== undefined && rotate.every === undefined;

function rotateOf(own: StreamOptions, inPreset: PresetStream | undefined, config: TelemetryConfig): RotateOptions {
  if (own.rotate !== undefined) return own.rotate;
  if (inPreset === undefined || (isBySize(inPreset.rotate) && isGiven(config, 'logMaxBytes'))) return { maxBytes: config.logMaxBytes };
  return inPreset.rotate;
}

function keepOf(own: StreamOptions, inPreset: PresetStream | undefined, config: TelemetryConfig): KeepOptions {
  const isSaid = inPreset === undefined || (isBySize(inPreset.rotate) && isGiven(config, 'logBackupCount'));
  return { ...inPreset?.keep, ...(isSaid && { files: config.logBackupCount }), ...own.keep };
}

function taken(own: StreamOptions, inPreset: PresetStream | undefined, preset: Preset, config: TelemetryConfig): PlannedStream['takes'] {
  const { level = inPreset?.level, maxLevel, loggers, where, schema } = own;
  const rules = { level, maxLevel, loggers, where, schema, format: own.format ?? formatOf(inPreset, preset, config) };
  return Object.fromEntries(Object.entries(rules).filter(([, value]) => value !== undefined));
}

/** A file for people is written as people asked for; one for tools is JSON. */
function formatOf(inPreset: PresetStream | undefined, preset: Preset, config: TelemetryConfig): SinkOptions['format'] {
  if (inPreset?.format !== 'text') return 'json';
  return textFormatOf(preset, config);
}

/** Text of a preset, unless somebody names another format. */
export function textFormatOf(preset: Preset, config: TelemetryConfig): NonNullable<SinkOptions['format']> {
  const name = isGiven(config, 'logFormat') ? config.logFormat : 'text';
  if (name !== 'text' || preset.textNamesInstance !== true) return name;
  const { logTimeZone: timeZone, logFieldsUnder: fieldsUnder } = config;
  return createFormat('text', { timeZone, instance: true, ...(fieldsUnder !== undefined && { fieldsUnder }) });
}

function pathOf(
  name: string,
  own: StreamOptions,
  inPreset: PresetStream | undefined,
  config: TelemetryConfig,
  { folder, appFile, isPerInstance }: LogPlace,
): string {
  if (own.file !== undefined) return filePath(folder, own.file, `startTelemetry: streams.${name}.file`);
  if (name === 'app' && appFile !== undefined) return appFile;
  const variable = name === 'app' ? config.logFile : name === 'errors' ? config.errorLogFile : undefined;
  if (variable !== undefined) {
    const said = name === 'app' ? 'LOG_FILE' : 'ERROR_LOG_FILE';
    if (isAbsolute(variable)) return resolve(variable);
    const namesFolder = !isGiven(config, 'logDir') && basename(variable) !== variable;
    if (!namesFolder) return filePath(folder, variable, said);
    return isPerInstance ? filePath(folder, basename(variable), said) : resolve(variable);
  }
  const file = inPreset?.file ?? `${name}.log`;
  return filePath(folder, file.includes('{app}') ? file.replaceAll('{app}', pathPart('app', config.app ?? 'app')) : file, name);
}

/** Two sinks on one file would rotate it from under each other; a name like `app.log.1` belongs to the rotation of `app.log`. */
function refuseShared(planned: readonly PlannedStream[]): void {
  for (const [index, one] of planned.entries()) {
    for (const other of planned.slice(0, index)) {
      if (!isOfFamily(one.path, other.path) && !isOfFamily(other.path, one.path)) continue;
      throw new TelemetryError(
        'OPTION_INVALID',
        `The streams ${other.name} and ${one.name} can't share a file`,
        one.path === other.path ? `Both write ${one.path}` : `${one.path} and ${other.path}: one is a rotated name of the other`,
        'Give one of them another file',
      );
    }
  }
}

const isOfFamily = (path: string, active: string): boolean =>
  path === active || (path.startsWith(`${active}.`) && /^\.\d+(\.gz)?$/.test(path.slice(active.length)));
