/** What a page shows, as its address says it: `…/admin/monitoring/<view>?<parameters>`. */

export interface Place {
  /** Empty: the overview. */
  readonly view: string;
  readonly params: Readonly<Record<string, string>>;
}

/** Reads an address. @param root - Path of the page without a view, such as `/admin/monitoring`. */
export function readPlace(root: string, pathname: string, search: string): Place {
  const rest = pathname.startsWith(`${root}/`) ? pathname.slice(root.length + 1) : '';
  const params: Record<string, string> = Object.create(null);
  for (const [name, value] of new URLSearchParams(search)) if (value !== '') params[name] = value;
  return { view: rest.replace(/\/+$/, ''), params };
}

/** Writes an address; parameters in alphabetical order, so that the same place has one address. */
export function placeText(root: string, { view, params }: Place): string {
  const pairs = Object.entries(params)
    .filter(([, value]) => value !== '')
    .sort(([one], [other]) => (one < other ? -1 : 1));
  const search = new URLSearchParams(pairs).toString();
  const path = view === '' || view === 'overview' ? root : `${root}/${view}`;
  return search === '' ? path : `${path}?${search}`;
}

/** A path of the API with its query; what is `undefined` or empty is left out. */
export function apiPath(path: string, query: Readonly<Record<string, string | number | undefined>> = {}): string {
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined && value !== '') as [string, string | number][];
  const search = new URLSearchParams(pairs.map(([name, value]) => [name, String(value)])).toString();
  return search === '' ? path : `${path}?${search}`;
}
