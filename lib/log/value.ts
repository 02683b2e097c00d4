import { isError } from '../core/read';
import { digitsOf } from './bigint';
import { exceptionText, textOf } from './exception';
import { claim, type Keys, keyText, MORE, sizeOf } from './key';
import { type Limits, LOOKAHEAD_CHARS } from './limits';
import { type Payload, readValue } from './payload';
import { isPlain, quote } from './quote';
import { entryVerdict, namedVerdict } from './redaction/entries';
import type { KeyVerdict, PathNode, Redactor } from './redaction/redactor';
import { UNREAD, UNREADABLE } from './unread';

/**
 * The walk over values: serialises, redacts and limits in one pass, and calls nothing of the application's twice.
 * Whatever it meets, it returns JSON text and does not throw.
 *
 * It belongs to one line: `room` is what the line may still hold, `ancestors` the objects it is inside of.
 */
export class ValueWalk {
  readonly redactor: Redactor;
  readonly keys: Keys;
  readonly limits: Limits;
  /** Bytes left for this line; what does not fit becomes a marker. */
  room = 0;
  /** Texts of stack frames that were written as they are. */
  readonly frames: Map<string, string> = new Map();
  private readonly ancestors: object[] = [];

  private readonly verdict = (key: string): KeyVerdict => this.keys.of(key).verdict;

  constructor(redactor: Redactor, keys: Keys, limits: Limits) {
    this.redactor = redactor;
    this.keys = keys;
    this.limits = limits;
  }

  /** Begins a line. */
  reset(): void {
    this.room = this.limits.bytes - Math.min(MARGIN, this.limits.bytes / 8);
    // Setting a length costs more than asking for it.
    if (this.ancestors.length > 0) this.ancestors.length = 0;
  }

  /** A string, scanned for secrets and cut; searched first and cut afterwards, so that no half of a secret is left. */
  text(value: string, key?: string): string {
    const most = Math.min(this.limits.chars, this.room);
    if (value.length > most) return this.cut(value, Math.max(0, most), key);
    const text = this.redactor.text(value, key);
    if (!isPlain(text)) return this.escaped(text, value.length);
    this.room -= text.length;
    return `"${text}"`;
  }

  /** Whether the line can hold so many characters that were written before; then their place is taken. */
  fits(chars: number): boolean {
    if (chars * 3 > this.room) return false;
    this.room -= chars;
    return true;
  }

  private cut(value: string, most: number, key: string | undefined): string {
    const scanned = this.redactor.text(value.slice(0, most + LOOKAHEAD_CHARS), key);
    const kept = scanned.slice(
      0,
      Math.min(most, Math.max(0, scanned.length - (value.length > most + LOOKAHEAD_CHARS ? LOOKAHEAD_CHARS : 0))),
    );
    const isWhole = kept.length === scanned.length && kept.length >= value.length;
    return this.escaped(kept, value.length, isWhole ? '' : lengthOf(value.length));
  }

  /** What is beyond ASCII takes up to three bytes; an escape takes six characters. */
  private escaped(text: string, length: number, note = ''): string {
    let quoted = quote(text);
    let marker = note;
    if (sizeOf(quoted) > this.room) {
      quoted = quote(text.slice(0, Math.max(0, Math.floor(this.room / 6))));
      marker = lengthOf(length);
    }
    this.room -= sizeOf(quoted) + (marker === '' ? 0 : MARKER);
    return marker === '' ? quoted : `${quoted.slice(0, -1)}${marker}"`;
  }

  /** `undefined` for what JSON leaves out of objects. */
  value(value: unknown, key?: string, node?: PathNode): string | undefined {
    switch (typeof value) {
      case 'string':
        return this.text(value, key);
      case 'number':
        return Number.isFinite(value) ? `${value}` : 'null';
      case 'boolean':
        return value ? 'true' : 'false';
      case 'undefined':
        return undefined;
      case 'bigint':
        return this.bigint(value);
      case 'symbol':
        return this.text(String(value));
      case 'function':
        return this.function(value);
      default:
        if (value === null) return 'null';
        return this.object(value as object, key, node);
    }
  }

  /** What stands for the value of a secret key. Nothing to hide is shown as such, which helps to find mistakes. */
  secret(value: unknown): string | undefined {
    if (value === undefined) return undefined;
    if (value === null || typeof value === 'boolean') return String(value);
    const text = quote(this.redactor.replacement);
    this.room -= text.length;
    return text;
  }

  session(value: unknown): string | undefined {
    // A list of ids; other objects speak for themselves.
    if (typeof value === 'object' && value !== null) return this.object(value, undefined, undefined, 'session');
    if (value === null || typeof value === 'function') return this.value(value);
    return value === undefined ? undefined : this.text(this.redactor.session(typeof value === 'bigint' ? digitsOf(value) : value));
  }

  /** A value under a key of an object that is not the record itself. */
  member(key: string, value: unknown, node: PathNode | undefined): string | undefined {
    return this.judged(this.keys.of(key).verdict, value, key, node);
  }

  private judged(verdict: KeyVerdict, value: unknown, key: string | undefined, node: PathNode | undefined): string | undefined {
    if (typeof value === 'string') return this.textual(verdict, value, key, node);
    const text = value === UNREAD ? UNREADABLE : this.textual(verdict, value, key, node);
    // Texts and what is in an object were counted; this is what stands around it, or for it.
    if (text !== undefined) this.room -= Math.min(text.length, MARKER);
    return text;
  }

  private textual(verdict: KeyVerdict, value: unknown, key: string | undefined, node: PathNode | undefined): string | undefined {
    if (node?.isSecret || verdict === 'secret') return this.secret(value);
    return verdict === 'session' ? this.session(value) : this.value(value, key, node);
  }

  private bigint(value: bigint): string {
    // Exact: what a double can't hold goes as text.
    const text = Number.isSafeInteger(Number(value)) ? `${value}` : `"${digitsOf(value)}"`;
    this.room -= text.length;
    return text;
  }

  private function(value: object): string {
    try {
      return this.text(`[Function: ${String((value as { name?: unknown }).name) || 'anonymous'}]`);
    } catch {
      return UNREADABLE;
    }
  }

  private object(value: object, key?: string, node?: PathNode, items: KeyVerdict = 'plain'): string | undefined {
    if (this.room <= 0) return '"[left out: the record is full]"';
    if (this.ancestors.includes(value)) return '"[Circular]"';
    this.ancestors.push(value);
    try {
      if (this.ancestors.length > this.limits.depth) return Array.isArray(value) ? '"[Array]"' : '"[Object]"';
      return this.inside(value, key, node, items);
    } catch {
      // A revoked proxy, a trap or a conversion that throws.
      return UNREADABLE;
    } finally {
      this.ancestors.pop();
    }
  }

  private inside(value: object, key: string | undefined, node: PathNode | undefined, items: KeyVerdict): string | undefined {
    if (Array.isArray(value)) return this.items(value, value.length, node, items);
    if (isError(value)) return exceptionText(this, value);
    if (value instanceof Map) return this.map(value, node);
    if (value instanceof Set) return this.set(value, node, items);
    if (value instanceof Date) return dateText(value);
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return this.bytes(value);
    const special = this.special(value);
    if (special !== undefined) return special;
    const { toJSON } = value as { toJSON?: unknown };
    if (typeof toJSON === 'function') {
      const replaced: unknown = toJSON.call(value, key ?? '');
      // One that returns itself, or another object with toJSON, is read as the object it is.
      if (typeof replaced !== 'object' || replaced === null) return this.value(replaced, key, node);
      if (replaced !== value) return this.replaced(replaced, node);
    }
    return this.own(value, node, { toJSON });
  }

  private replaced(value: object, node: PathNode | undefined): string | undefined {
    if (this.ancestors.includes(value)) return '"[Circular]"';
    if (Array.isArray(value)) return this.items(value, value.length, node);
    return isError(value) ? exceptionText(this, value) : this.own(value, node);
  }

  /** Objects whose own keys say nothing about them. */
  private special(value: object): string | undefined {
    if (value instanceof RegExp) return this.text(String(value));
    if (typeof URL === 'function' && value instanceof URL) return this.text(value.href);
    if (value instanceof String || value instanceof Number || value instanceof Boolean) return this.value(value.valueOf());
    if (value instanceof Promise) return '"[Promise]"';
    if (value instanceof WeakMap || value instanceof WeakSet || (typeof WeakRef === 'function' && value instanceof WeakRef))
      return '"[Weak]"';
    return undefined;
  }

  private bytes(value: ArrayBufferView | ArrayBuffer): string {
    const type = (value.constructor as { name?: unknown } | undefined)?.name;
    return this.text(`[${typeof type === 'string' ? type : 'Bytes'}: ${value.byteLength} bytes]`);
  }

  /** @param known - What was read already, and is not asked for again. */
  private own(value: object, node: PathNode | undefined, known?: { readonly toJSON: unknown }): string {
    const keys = Object.keys(value);
    const kept = keys.length > this.limits.keys ? keys.slice(0, this.limits.keys) : keys;
    const entries = kept.map(
      (key): Entry => [key, key === 'toJSON' && known !== undefined ? known.toJSON : readValue(value as Payload, key)],
    );
    return this.members(entries, keys.length, node);
  }

  private map(value: ReadonlyMap<unknown, unknown>, node: PathNode | undefined): string {
    const entries: Entry[] = [];
    for (const [key, item] of value) {
      if (entries.length >= this.limits.keys) break;
      entries.push([nameOf(key), item]);
    }
    return this.members(entries, value.size, node);
  }

  private members(entries: readonly Entry[], size: number, node: PathNode | undefined): string {
    const taken = new Set<string>();
    let out = '';
    let written = 0;
    for (const [key, value] of entries) {
      if (this.room <= 0) break;
      written++;
      const info = this.keys.of(key);
      const child = node?.child(key);
      const verdict = info.verdict === 'plain' && entries.length <= 4 ? this.named(entries, key) : info.verdict;
      const text = this.judged(verdict, value, key, child);
      if (text === undefined) continue;
      const name = claim(taken, info.isDangerous && typeof value === 'object' ? `${info.name}_` : info.name);
      const label = name === info.name ? info.text : keyText(name);
      this.room -= name === info.name ? info.size : sizeOf(label);
      out += label + text;
    }
    if (written < size) out += `${keyText(claim(taken, MORE))}"[+${size - written} more]"`;
    return out === '' ? '{}' : `{${out.slice(1)}}`;
  }

  /** `{ name: 'authorization', value: 'Bearer …' }`, as lists of headers and form fields have it. */
  private named(entries: readonly Entry[], key: string): KeyVerdict {
    return VALUE_KEY.test(key) ? namedVerdict(this.verdict, Object.fromEntries(entries), key) : 'plain';
  }

  private set(value: ReadonlySet<unknown>, node: PathNode | undefined, judged: KeyVerdict): string {
    const items: unknown[] = [];
    for (const item of value) {
      if (items.length >= this.limits.items) break;
      items.push(item);
    }
    return this.items(items, value.size, node, judged);
  }

  private items(value: readonly unknown[], length: number, node: PathNode | undefined, judged: KeyVerdict = 'plain'): string {
    let out = '';
    let written = 0;
    const kept = Math.min(length, this.limits.items);
    /** The item before, which names this one in a list of pairs or of names and values. */
    let before: unknown;
    while (written < kept && this.room > 0) {
      const item = readValue(value as unknown as Payload, String(written));
      const paired = length % 2 === 0 ? entryVerdict(this.verdict, [before, item], written % 2) : 'plain';
      const verdict = paired === 'plain' ? judged : paired;
      before = item;
      this.room--;
      out += `,${this.judged(verdict, item, undefined, node?.child(String(written))) ?? 'null'}`;
      written++;
    }
    if (written < length) out += `,"[+${length - written} more]"`;
    return `[${out.slice(1)}]`;
  }
}

type Entry = readonly [key: string, value: unknown];

const VALUE_KEY = /^(?:values?|Values?|val|content|data)$/;

const nameOf = (key: unknown): string =>
  typeof key === 'object' && key !== null ? '[Object]' : typeof key === 'function' ? '[Function]' : textOf(key);

/** By the language's own methods: a Date may bring others. */
function dateText(value: Date): string {
  const time = Date.prototype.getTime.call(value);
  return Number.isNaN(time) ? '"[Invalid Date]"' : `"${new Date(time).toISOString()}"`;
}

/** The longest of the markers that stand for a value; numbers and dates are shorter. */
const MARKER = 34;
/** Kept free for markers, an error id and the end of the line. */
const MARGIN = 2048;

const lengthOf = (length: number): string => `… [${length} chars]`;
