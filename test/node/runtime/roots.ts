import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Calls back with a folder that holds files as a kernel would; it is gone afterwards. */
export async function withRoot<Result>(
  files: Readonly<Record<string, string | Uint8Array>>,
  body: (root: string) => Result | Promise<Result>,
): Promise<Result> {
  const root = mkdtempSync(join(tmpdir(), 'runtime-'));
  try {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), content);
    }
    return await body(root);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** What a list of measurements returns, by name; each is called so often. */
export async function readAll(
  measurements: readonly { readonly name: string; measure(context: { signal: AbortSignal }): unknown; stop?: () => void }[],
): Promise<Record<string, unknown>> {
  const read: Record<string, unknown> = {};
  for (const { name, measure } of measurements) read[name] = await measure({ signal: new AbortController().signal });
  for (const { stop } of measurements) stop?.();
  return read;
}
