import { checkOptions, isRecord, type OptionRule, optionInvalid } from '../core/options';
import { DEFAULT_CLASSES, type SlowThresholdsLike } from './classes';
import { type ClientAddress, clientAddressBy } from './client-address';
import type { AnswerOptions, HttpOptions } from './options';
import { type RouteTable, routeTable } from './routes';

/** Options that were checked. */
export interface HttpSettings {
  readonly idHeader: string;
  readonly acceptId: boolean;
  readonly makeId: (() => string) | undefined;
  readonly clientAddress: ClientAddress;
  readonly acceptTrace: boolean;
  readonly routes: RouteTable | undefined;
  readonly routeOf: HttpOptions['routeOf'];
  readonly ignore: HttpOptions['ignore'];
  readonly classes: Readonly<Record<string, SlowThresholdsLike>>;
  /** Their names, in the order of the options. */
  readonly classNames: ReadonlySet<string>;
  /** What holds where nobody names one; `undefined` without classes. */
  readonly usualClass: string | undefined;
  readonly classOf: HttpOptions['classOf'];
  readonly fields: HttpOptions['fields'];
  readonly context: HttpOptions['context'];
  readonly accessLog: boolean;
  readonly answerErrors: AnswerOptions | false;
  readonly headers: boolean;
  readonly metrics: boolean;
  readonly maxEndpoints: number;
}

const WHERE = 'trackHttp';
const MAX_PREFIXES = 100;
const MAX_ENDPOINTS = 5000;
const LOCALE = /^[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8}){0,4}$/;
/** https://www.rfc-editor.org/rfc/rfc9110#name-tokens */
const HEADER_NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}$/;

const RULES: Readonly<Record<string, OptionRule>> = {
  requestId: 'object',
  trustProxy: 'any',
  acceptTrace: 'boolean',
  routes: 'strings',
  routeOf: 'function',
  ignore: [
    (value) => typeof value === 'function' || (Array.isArray(value) && value.length <= MAX_PREFIXES && value.every(isPathPrefix)),
    `at most ${MAX_PREFIXES} path prefixes such as "/health", or a function`,
  ],
  classes: 'object',
  classOf: 'function',
  fields: 'function',
  context: 'function',
  accessLog: 'boolean',
  answerErrors: [(value) => typeof value === 'boolean' || isRecord(value), 'true, false or { locale: … }'],
  headers: 'boolean',
  metrics: 'boolean',
  maxEndpoints: [
    (value) => Number.isInteger(value) && (value as number) >= 1 && (value as number) <= MAX_ENDPOINTS,
    `a whole number from 1 to ${MAX_ENDPOINTS}`,
  ],
};

const isPathPrefix = (value: unknown): boolean => typeof value === 'string' && value.startsWith('/');

/** @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID` */
export function readHttpOptions(options: HttpOptions): HttpSettings {
  checkOptions(WHERE, options, RULES);
  const { requestId = {}, answerErrors = false, classes = DEFAULT_CLASSES, ignore, routes } = options;
  checkOptions(`${WHERE}: requestId`, requestId, {
    header: [(value) => typeof value === 'string' && HEADER_NAME.test(value), 'the name of a header, such as "x-request-id"'],
    accept: 'boolean',
    make: 'function',
  });
  if (typeof answerErrors === 'object') {
    checkOptions(`${WHERE}: answerErrors`, answerErrors, {
      locale: [(value) => typeof value === 'string' && LOCALE.test(value), 'a language tag such as "de"'],
    });
  }
  const classNames = Object.keys(classes);
  if (options.classOf !== undefined && classNames.length === 0) {
    throw optionInvalid(`${WHERE}: classes`, classes, 'a class at least, as classOf has to name one');
  }
  return {
    idHeader: (requestId.header ?? 'x-request-id').toLowerCase(),
    acceptId: requestId.accept ?? true,
    makeId: requestId.make,
    clientAddress: clientAddressBy(`${WHERE}: trustProxy`, options.trustProxy ?? false),
    acceptTrace: options.acceptTrace ?? true,
    routes: routes === undefined || routes.length === 0 ? undefined : routeTable(`${WHERE}: routes`, routes),
    routeOf: options.routeOf,
    ignore: Array.isArray(ignore) ? [...ignore] : ignore,
    classes,
    classNames: new Set(classNames),
    usualClass: classNames[0],
    classOf: options.classOf,
    fields: options.fields,
    context: options.context,
    accessLog: options.accessLog ?? true,
    answerErrors: answerErrors === true ? {} : answerErrors && { ...answerErrors },
    headers: options.headers ?? true,
    metrics: options.metrics ?? true,
    maxEndpoints: options.maxEndpoints ?? 500,
  };
}
