const MAX_CHARS = 1024;

/** Whether an `Accept-Encoding` header lets a body be compressed with gzip. */
export const acceptsGzip = (header: string | null): boolean => acceptsCoding(header, 'gzip');

/** Whether an `Accept-Encoding` header lets a body be sent in a coding, such as `br`. */
export function acceptsCoding(header: string | null, coding: string): boolean {
  const weights = new Map<string, number>();
  for (const part of (header ?? '').slice(0, MAX_CHARS).toLowerCase().split(',')) {
    const [name = '', ...parameters] = part.split(';').map((word) => word.trim());
    const weight = parameters.find((parameter) => parameter.startsWith('q='));
    weights.set(name, weight === undefined ? 1 : Number(weight.slice(2)));
  }
  return (weights.get(coding) ?? weights.get('*') ?? 0) > 0;
}
