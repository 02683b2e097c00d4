import { dirname } from 'node:path';
import { presets } from '../../../../config/presets';
import type { TelemetryConfig } from '../../../config/load';
import { isTelemetryError } from '../../../core/errors';
import { codeOf, tryFile } from '../../file/open-file';
import { type PlannedStream, planStreams } from '../../streams/plan';
import { type Finding, failed } from './finding';
import { isNewEachTime } from './log-folder-path';
import { nearestThere, whyNoFolder } from './nearest-there';
import { fixFor, tryToWrite } from './try-to-write';

const CHECK = 'log file';

/** What must not be at the path of a log file. */
const OTHERS: Readonly<Record<string, string>> = {
  EISDIR: 'it is a folder',
  ELOOP: 'it is a symbolic link',
  EMLINK: 'it has more than one name (hard links)',
  ENOTREG: 'it is not a regular file',
};

/**
 * Whether the log files of the preset can be opened as an application that starts would open them: those that are there are
 * opened and closed. Of streams that an application adds nothing is known.
 *
 * @param folder - Where they are, unless the configuration names another place for one.
 * @returns What is wrong; nothing when all is well.
 */
export function checkLogFiles(config: TelemetryConfig, folder: string): Finding[] {
  let planned: readonly PlannedStream[];
  try {
    // A file that is named together with its folder is found by its name as well.
    const place = () => ({ folder, appFile: undefined, isPerInstance: false });
    planned = planStreams({ preset: presets[config.logPreset], given: {}, config, place });
  } catch (error) {
    if (!isTelemetryError(error)) throw error;
    return [failed(CHECK, `${error.what}. ${error.why}`, `${error.fix}.`, error.code)];
  }
  // What is wrong with the folder itself is told already.
  const isLookedAt = !isNewEachTime(config) && nearestThere(folder) === folder && whyNoFolder(folder) === undefined;
  return planned.flatMap(({ path }) => (dirname(path) === folder ? (isLookedAt ? openedAs(path) : []) : checkElsewhere(path)));
}

function openedAs(path: string): Finding[] {
  try {
    tryFile(path);
    return [];
  } catch (error) {
    const code = codeOf(error);
    const other = OTHERS[code];
    const fix = other === undefined ? fixFor(code) : 'Remove what is there, or name another folder: LOG_DIR.';
    return [failed(CHECK, `The log file ${path} can't be opened: ${other ?? code}`, fix)];
  }
}

/** A file in a folder of its own, where nobody has looked yet. */
function checkElsewhere(path: string): Finding[] {
  const above = nearestThere(dirname(path));
  const kind = whyNoFolder(above);
  if (kind === undefined && above === dirname(path)) {
    const found = openedAs(path);
    if (found.length > 0) return found;
  }
  const code = kind === undefined ? tryToWrite(above) : undefined;
  const problem = kind === undefined ? code : `it is ${kind}`;
  if (problem === undefined) return [];
  const fix = code === undefined ? 'Remove what is there, or name another folder: LOG_DIR.' : fixFor(code);
  return [failed(CHECK, `The log file ${path} can't be made in ${above}: ${problem}`, fix)];
}
