/**
 * Replaces a method of one object.
 *
 * @returns What puts it back as it was, own or inherited; where somebody came later, theirs stays.
 */
export function replace<Target extends object, Key extends keyof Target>(
  target: Target,
  key: Key,
  make: (before: Target[Key]) => Target[Key],
): () => void {
  const own = Object.getOwnPropertyDescriptor(target, key);
  const made = make(target[key]);
  target[key] = made;
  return () => {
    if (target[key] !== made) return;
    if (own === undefined) delete (target as Partial<Target>)[key];
    else Object.defineProperty(target, key, own);
  };
}
