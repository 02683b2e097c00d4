/** The two texts that a page can be written in: exposition 0.0.4 and OpenMetrics 1.0. */
export type Format = 'text' | 'openmetrics';

export const otherFormat = (format: Format): Format => (format === 'text' ? 'openmetrics' : 'text');

const TYPES: Readonly<Record<Format, string>> = {
  text: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
};

/** What a scraper is answered with. */
export interface Negotiated {
  readonly format: Format;
  readonly contentType: string;
}

interface Range {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly quality: number;
}

/** How well a range names a format; the more, the better. 0 is not at all. */
type Fit = (type: string, version: string | undefined) => number;

const FITS: Readonly<Record<Format, Fit>> = {
  openmetrics: (type, version) => {
    if (type === 'application/openmetrics-text') return version === '1.0.0' ? 4 : version === undefined ? 3 : 0;
    return type === '*/*' ? 1 : 0;
  },
  text: (type, version) => {
    if (type === 'text/plain') return version === '0.0.4' ? 4 : version === undefined ? 3 : 0;
    return type === 'text/*' ? 2 : type === '*/*' ? 1 : 0;
  },
};

/** Longer headers are cut: nobody's list of formats is that long. */
const MAX_ACCEPT_CHARS = 4096;

/**
 * Chooses the format by an `Accept` header: the quality of a format is that of the range that names it best. Of two that
 * are equally wanted, the one that is named better wins, then the one named first. What names neither gets 0.0.4.
 */
export function negotiate(accept: string | null | undefined): Negotiated {
  const ranges = typeof accept === 'string' ? split(accept.slice(0, MAX_ACCEPT_CHARS), ',').map(parseRange) : [];
  const text = best(ranges, 'text');
  const open = best(ranges, 'openmetrics');
  const isOpen =
    open.quality > 0 && (open.quality - text.quality || open.fit - text.fit || (open.fit === 1 ? -1 : text.index - open.index)) > 0;
  const format = isOpen ? 'openmetrics' : 'text';
  // Prometheus 3 asks how names are escaped that the older formats can't say. Ours are all plain.
  const escaping = ranges[(isOpen ? open : text).index]?.parameters.has('escaping') ? '; escaping=underscores' : '';
  return { format, contentType: TYPES[format] + escaping };
}

function best(ranges: readonly Range[], format: Format): { readonly fit: number; readonly quality: number; readonly index: number } {
  let found = { fit: 0, quality: 0, index: -1 };
  for (const [index, { type, parameters, quality }] of ranges.entries()) {
    const fit = FITS[format](type, parameters.get('version'));
    if (fit > found.fit || (fit === found.fit && fit > 0 && quality > found.quality)) found = { fit, quality, index };
  }
  return found;
}

function parseRange(text: string): Range {
  const [type = '', ...rest] = split(text, ';');
  const parameters = new Map<string, string>();
  for (const parameter of rest) {
    const [, name, value] = /^\s*([^=\s]+)\s*=\s*(.*?)\s*$/.exec(parameter) ?? [];
    if (name !== undefined) parameters.set(name.toLowerCase(), value!.replace(/^"(.*)"$/, '$1'));
  }
  const quality = Number(parameters.get('q') ?? 1);
  return { type: type.trim().toLowerCase(), parameters, quality: quality >= 0 && quality <= 1 ? quality : 0 };
}

/** Splits at a separator that does not stand in quotes. */
function split(text: string, separator: string): string[] {
  const parts: string[] = [];
  let [from, isQuoted] = [0, false];
  for (let at = 0; at <= text.length; at++) {
    if (text[at] === '"') isQuoted = !isQuoted;
    if (at < text.length && (isQuoted || text[at] !== separator)) continue;
    parts.push(text.slice(from, at));
    from = at + 1;
  }
  return parts;
}
