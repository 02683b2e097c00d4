import { lstatSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { quietly } from '../core/quietly';
import type { LogFileEntry } from './admin/parts';
import { listRotated } from './file/names';
import type { StartedTelemetry } from './start-options';
import type { OpenStream } from './streams/open';

/** Where what `startTelemetry` returned tells the admin API which log files there are. A symbol of all copies of the library. */
export const STARTED_FILES: unique symbol = Symbol.for('telemetry-bus/log-files') as never;

/** The log files of an application, those of the moment; none for what knows of none. */
export const logFilesOf = (started: Pick<StartedTelemetry<never>, typeof STARTED_FILES> | undefined): readonly LogFileEntry[] =>
  started?.[STARTED_FILES]?.() ?? [];

type Streams = readonly Pick<OpenStream, 'name' | 'path' | 'writes'>[];

/**
 * The files that streams write and those that were rotated out of them, of each stream the newest first. What else is in their folders
 * is not listed, whatever its name: neither links nor what has several names. Of files of one name in different folders the later one is
 * `<stream>:<name>`. A folder that can't be read has no files.
 *
 * Cost: reads the folder of each stream.
 */
export function listLogFiles(streams: Streams): readonly LogFileEntry[] {
  const taken = new Set<string>();
  const named = (stream: string, path: string, isCompressed: boolean): LogFileEntry => {
    const base = basename(path);
    const name = taken.has(base) ? `${stream}:${base}` : base;
    taken.add(name);
    return { name, stream, path, isCompressed };
  };
  return streams.flatMap(({ name, path, writes: { archive } }) => {
    const folder = archive === undefined ? dirname(path) : resolve(dirname(path), archive);
    // The modes are for files that are made; here none is.
    const rotated = quietly(() => listRotated({ active: path, folder, fileMode: 0, dirMode: 0 })) ?? [];
    const own = isPlainFile(path) ? [named(name, path, false)] : [];
    return [...own, ...rotated.map((file) => named(name, file.path, file.isCompressed))];
  });
}

function isPlainFile(path: string): boolean {
  const found = quietly(() => lstatSync(path, { throwIfNoEntry: false }));
  return found?.isFile() === true && found.nlink === 1;
}
