/** What of an address is not for everybody's eyes, in each spelling that an error could have it in. */
export function secretsOf({ href, password, search, searchParams }: URL): string[] {
  const given = searchParams.getAll('password');
  // The longest first: a part of it that was masked before would leave the rest.
  return [href, search, password, decoded(password), ...given].sort((one, other) => other.length - one.length);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
