import { nearest, show } from '../core/show';
import { keysOf, type Problem } from './problem';
import type { ConfigRows } from './row';

const PREFIX = 'TELEMETRY_';

/** A sentence for each `TELEMETRY_…` variable that no row knows: a typo there would otherwise pass in silence. */
export function unknownVariables(env: object, rows: ConfigRows, problems: Problem[]): readonly string[] {
  const known = Object.values(rows).flatMap(({ variables }) => variables);
  return keysOf(env, 'env', problems)
    .filter((name) => name.startsWith(PREFIX) && !known.includes(name))
    .map((name) => {
      const meant = meantBy(name, known);
      return `Variable ${show(name)} is not known and has no effect.${meant === undefined ? '' : ` Did you mean ${show(meant)}?`}`;
    });
}

/** Also finds variables that have no prefixed form: `TELEMETRY_LOG_DIR` means `LOG_DIR`. */
function meantBy(name: string, known: readonly string[]): string | undefined {
  const bare = name.slice(PREFIX.length);
  const prefixed = known.filter((candidate) => candidate.startsWith(PREFIX));
  return nearest(name, prefixed) ?? nearest(bare, known);
}
