const MASK = '***';
const URL_IN_TEXT = /\b([a-z][a-z\d+.-]{0,30}:\/\/)([^\s"'<>]+)/gi;

/**
 * A text whose URLs tell nothing secret: user and password are masked, and all values of query and fragment, whatever their names are,
 * since a configuration's URL has these to let somebody in. All up to the last @ is masked, as a password may hold any sign.
 */
export const withoutSecrets = (text: string): string =>
  text.replace(URL_IN_TEXT, (_url, scheme: string, rest: string) => {
    const at = rest.lastIndexOf('@');
    const shown = at < 0 ? rest : MASK + rest.slice(at);
    const query = shown.search(/[?#]/);
    return scheme + (query < 0 ? shown : shown.slice(0, query) + shown.slice(query).replace(/[^?#&;]+/g, valueMasked));
  });

/** `a=b` keeps its name; what has none may be a token. */
function valueMasked(part: string): string {
  const equals = part.indexOf('=');
  return equals < 0 ? MASK : `${part.slice(0, equals)}=${MASK}`;
}
