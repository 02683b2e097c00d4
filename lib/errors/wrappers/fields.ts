export type Fields = Readonly<Record<string, unknown>>;

/** Copies fields; each is asked once, and one whose getter throws is left out. */
export function copyFields(fields: object | undefined): Fields {
  const copied: Record<string, unknown> = {};
  for (const key of keysOf(fields)) {
    try {
      const value = (fields as Fields)[key];
      // Assigning to `__proto__` would not make a field of it.
      if (key === '__proto__') Object.defineProperty(copied, key, { value, enumerable: true, configurable: true, writable: true });
      else copied[key] = value;
    } catch {
      // Nothing can be said of it.
    }
  }
  return copied;
}

function keysOf(fields: object | undefined): string[] {
  try {
    return fields === undefined ? [] : Object.keys(fields);
  } catch {
    return [];
  }
}
