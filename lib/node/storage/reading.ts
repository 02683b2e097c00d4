import { checkOptions, type OptionRule } from '../../core/options';
import type { StreamWriter } from '../../log/stream-writer';
import type { GroupQuery, StoredError, StoredGroup, StoredQuery } from './store';
import type { StoreGate } from './store-gate';

/** Who reads. */
export interface Reader {
  /** Stands in the security record of the call: a user, a service. At most 256 characters. */
  readonly by?: string;
}

const isTime = (value: unknown): boolean =>
  value instanceof Date ? !Number.isNaN(value.getTime()) : typeof value === 'number' && Number.isFinite(value);
const isText = (max: number) => (value: unknown) => typeof value === 'string' && value.length > 0 && value.length <= max;
const isLimit = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 1000;

const TIME: OptionRule = [isTime, 'ms since the epoch, or a valid Date'];
const GROUP_RULES: Readonly<Record<keyof (GroupQuery & Reader), OptionRule>> = {
  from: TIME,
  to: TIME,
  limit: [isLimit, 'a whole number from 1 to 1000'],
  by: [isText(256), 'text of 1 to 256 characters'],
};
const FIND_RULES: Readonly<Record<keyof (StoredQuery & Reader), OptionRule>> = {
  ...GROUP_RULES,
  errorId: [isText(64), 'the id of an error, such as k3m9q2td'],
  fingerprint: [(value) => typeof value === 'string' && /^[0-9a-f]{12}$/.test(value), '12 hexadecimal digits'],
  level: 'error|critical',
  after: [(value) => typeof value === 'string' && /^[\w-]{1,64}$/.test(value), 'the key of the last error of the page before'],
};

/** Reads stored errors, and has it recorded who asked for what, before the answer is there. */
export class Reading {
  private streams: StreamWriter | undefined;

  constructor(
    private readonly gate: StoreGate,
    private readonly openStreams: () => StreamWriter,
  ) {}

  async find(asked: StoredQuery & Reader = {}): Promise<StoredError[]> {
    checkOptions('find', asked, FIND_RULES);
    const { by, ...query } = given(asked);
    this.record('find', query, by);
    return this.gate.use((store) => store.find(query));
  }

  async groups(asked: GroupQuery & Reader = {}): Promise<StoredGroup[]> {
    checkOptions('groups', asked, GROUP_RULES);
    const { by, ...query } = given(asked);
    this.record('groups', query, by);
    return this.gate.use((store) => store.groups(query));
  }

  private record(operation: string, query: object, by: string | undefined): void {
    this.streams ??= this.openStreams();
    this.streams.security('sensitive_read', { severity: 'low', attempted_resource: 'error_logs', operation, query, by });
  }
}

/** A copy without what is absent: options that are there and `undefined` mean the same, which not every store need know. */
const given = <Query extends object>(query: Query): Query =>
  Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined)) as Query;
