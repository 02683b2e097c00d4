import { isActiveId } from '../core/active-trace';
import { scopeOwner } from '../core/context';
import { fieldText } from './field-text';
import type { Payload } from './payload';
import type { Shape } from './shape';
import type { ValueWalk } from './value';

/** Where the fields of a context stand in a record that is being written. */
interface Place {
  /** A simple one: the names of a context are its keys. */
  readonly shape: Shape;
  /** Of the record, in the order of the fields. */
  readonly values: readonly unknown[];
  /** The first of its fields. */
  readonly from: number;
}

/** The text of a context; most lines have that of the line before. */
export class ContextText {
  /** Ids, which stand among the core fields of a record. */
  core = '';
  /** All others. */
  own = '';
  private context: Payload | undefined = undefined;

  /** @param most - How many bytes it may take. */
  constructor(
    private readonly walk: ValueWalk,
    private readonly most: number,
  ) {}

  get chars(): number {
    return this.core.length + this.own.length;
  }

  /** Makes it the text of a context, unless it is already. */
  use(context: Payload, { shape: { fields }, values, from }: Place): void {
    if (context === this.context) return;
    const { walk } = this;
    const { room } = walk;
    // The ids of a request are new with each: looking through them takes as long as all the rest. Rules see every text.
    const { hasRules } = walk.redactor;
    const owner = hasRules ? undefined : scopeOwner(context);
    walk.room = this.most;
    this.core = '';
    this.own = '';
    for (let index = from; index < fields.length; index++) {
      const field = fields[index]!;
      const value = values[index];
      const isId = !hasRules && field.isCore && field.treatment === 'plain';
      const isKnown = isId && (owner?.isMadeId?.(value) || isActiveId(value));
      const text = isKnown ? `"${value}"` : fieldText(walk, field, value, 1);
      if (text === undefined) continue;
      if (field.isCore) this.core += field.text + text;
      else this.own += field.text + text;
    }
    this.context = context;
    walk.room = room;
  }
}
