import type { Hiding } from '../../../core/hiding';
import { read } from '../../../core/read';
import { show } from '../../../core/show';
import type { OtelSpanValue } from '../api/trace';

const MAX_CHARS = 1024;
/** What is beyond is neither told nor looked at. Far longer than any secret. */
const MAX_SEARCHED = 65_536;
const MAX_ITEMS = 64;
const MAX_KEY = 256;
/** Longer items of a list are no names. */
const MAX_NAME = 64;
const MAX_KEYS = 1000;
const HIDDEN = '***';

/** A key as it may be told, and what it says about its value. */
interface JudgedKey {
  readonly shown: string;
  readonly verdict: 'plain' | 'secret' | 'session';
}

/** Makes values for attributes of what anybody put into an event: flat, short and without secrets. */
export class RedactedValues {
  private hiding: Hiding | undefined = undefined;
  private keys: Map<string, JudgedKey> = new Map();

  /** @param hidingNow - What hides secrets at this moment; without it no text is told. */
  constructor(private readonly hidingNow: () => Hiding | undefined) {}

  /** Takes what hides secrets at this moment: to be called before the values of an event are asked for. */
  refresh(): void {
    const hiding = this.hidingNow();
    if (hiding === this.hiding) return;
    this.hiding = hiding;
    this.keys = new Map();
  }

  /** A key of at most 256 characters without what looks like a secret. */
  key(key: string): string {
    return this.judged(key).shown;
  }

  /** A text of at most 1,024 characters, or fewer, without its secrets. */
  text(value: string, maxChars: number = MAX_CHARS, key?: string): string {
    const { hiding } = this;
    // Searched first and cut afterwards, so that no half of a secret is left.
    return hiding === undefined ? HIDDEN : hiding.text(value.slice(0, MAX_SEARCHED), key).slice(0, maxChars);
  }

  /** @returns `undefined` for what says nothing: null, undefined, an empty list. */
  value(key: string, value: unknown): OtelSpanValue | undefined {
    if (value === null || value === undefined) return undefined;
    const { verdict } = this.judged(key);
    if (verdict !== 'plain') return this.masked(verdict, value);
    if (isPrimitive(value)) return this.plain(key, value);
    const items = itemsOf(value);
    if (items === undefined) return this.plain(key, value);
    if (items.length === 0) return undefined;
    if (items.every((item) => typeof item === 'boolean')) return items;
    if (items.every((item) => typeof item === 'number' && Number.isFinite(item))) return items as number[];
    return items.map((item, index) => this.item(key, items, item, index));
  }

  /** Lists of an even length may be of names and values, as `rawHeaders` is. */
  private item(key: string, items: readonly unknown[], item: unknown, index: number): string {
    const name = items.length % 2 === 0 && index % 2 === 1 ? items[index - 1] : undefined;
    const verdict = typeof name === 'string' && name.length <= MAX_NAME ? this.judged(name).verdict : 'plain';
    return verdict === 'plain' ? this.text(textOf(item), MAX_CHARS, key) : this.masked(verdict, item);
  }

  private plain(key: string, value: unknown): OtelSpanValue {
    if (typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))) return value;
    return this.text(textOf(value), MAX_CHARS, key);
  }

  private masked(verdict: 'secret' | 'session', value: unknown): string {
    const { hiding } = this;
    if (hiding === undefined || verdict === 'secret') return hiding?.replacement ?? HIDDEN;
    return hiding.session(textOf(value).slice(0, MAX_CHARS));
  }

  private judged(key: string): JudgedKey {
    const { hiding } = this;
    const known = this.keys.get(key);
    if (known !== undefined) return known;
    const short = key.slice(0, MAX_KEY);
    const judged: JudgedKey = { shown: this.text(short, MAX_KEY), verdict: hiding?.verdict(short) ?? 'secret' };
    if (this.keys.size < MAX_KEYS && key.length <= MAX_KEY) this.keys.set(key, judged);
    return judged;
  }
}

const isPrimitive = (value: unknown): boolean => typeof value !== 'object' && typeof value !== 'function';

/** Lists within lists may be pairs of names and secrets: they are not told. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'object' && value !== null ? '<object>' : show(value);
}

/** What a list holds, as far as it can be read; `undefined` for what is none. */
function itemsOf(value: unknown): unknown[] | undefined {
  try {
    if (!Array.isArray(value)) return undefined;
    const length = Math.min(value.length, MAX_ITEMS);
    const items: unknown[] = [];
    for (let index = 0; index < length; index++) items.push(read(value, `${index}`));
    return items;
  } catch {
    return undefined;
  }
}
