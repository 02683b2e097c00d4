/**
 * The agent's file cache. It tells the bus about every lookup: `context.cache_hit` or `context.cache_miss`, with bytes.
 */
import { readFile, stat } from 'node:fs/promises';
import { agentEvents } from '../../../catalogues/agent';
import type { AgentTelemetry } from './agent-telemetry';

/**
 * Bounds of a file cache.
 *
 * | option | meaning | default |
 * | --- | --- | --- |
 * | `maxBytes` | of all texts together, as on disk | 256 KiB: some 64,000 tokens, the order of a model's context |
 * | `maxEntries` | how many files | 256 |
 */
export interface FileCacheOptions {
  readonly maxBytes?: number;
  readonly maxEntries?: number;
}

export interface FileCache {
  /**
   * Reads a file as text, from memory while its size and its time of change are the same.
   *
   * @throws what `stat` and `readFile` throw; nothing is emitted then.
   */
  read(path: string, sessionId: string, signal: AbortSignal): Promise<string>;
  /** Bytes and files held at this moment. */
  size(): { readonly bytes: number; readonly entries: number };
}

interface Entry {
  readonly text: string;
  readonly bytes: number;
  readonly changedMs: number;
}

/** Creates a cache that forgets what was not used for longest. */
export function createFileCache(telemetry: AgentTelemetry, { maxBytes = 256 * 1024, maxEntries = 256 }: FileCacheOptions = {}): FileCache {
  // The demo's most frequent events: looked up here once instead of at every emission.
  const hit = telemetry.emitter(agentEvents.context.cache_hit);
  const miss = telemetry.emitter(agentEvents.context.cache_miss);
  // A Map keeps the order of insertion; an entry that is used is put in anew, so the first is the one to forget.
  const entries = new Map<string, Entry>();
  let bytesHeld = 0;

  function forget(path: string): void {
    bytesHeld -= entries.get(path)?.bytes ?? 0;
    entries.delete(path);
  }

  function remember(path: string, entry: Entry): void {
    forget(path);
    if (entry.bytes > maxBytes) return;
    entries.set(path, entry);
    bytesHeld += entry.bytes;
    for (const oldest of entries.keys()) {
      if (bytesHeld <= maxBytes && entries.size <= maxEntries) break;
      forget(oldest);
    }
  }

  return Object.freeze({
    async read(path: string, sessionId: string, signal: AbortSignal) {
      const { size, mtimeMs } = await stat(path);
      const known = entries.get(path);
      if (known !== undefined && known.bytes === size && known.changedMs === mtimeMs) {
        remember(path, known);
        hit({ bytes: size }, { sessionId, kind: 'file' });
        return known.text;
      }
      const text = await readFile(path, { encoding: 'utf8', signal });
      remember(path, { text, bytes: size, changedMs: mtimeMs });
      miss({ bytes: size }, { sessionId, kind: 'file' });
      return text;
    },
    size: () => ({ bytes: bytesHeld, entries: entries.size }),
  });
}
