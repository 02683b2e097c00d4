import type { Level } from '../../../core/level';
import { read } from '../../../core/read';
import type { LogLine } from '../../../dashboard/wire/logs';
import { keptText } from './kept-text';

/** Who wrote a line, as far as it says so. */
interface LineHead {
  readonly logger: string;
  readonly event: string | undefined;
}

/** No filter is longer: what is behind decides nothing. */
const MAX_NAME = 512;

/** A line that is kept. */
export class KeptLine {
  private known: LineHead | undefined = undefined;

  constructor(
    readonly seq: number,
    /** As it was written, with its newline. */
    readonly text: string,
    readonly level: Level,
  ) {}

  /** Parsed anew each time: records take several times the memory of their lines. */
  get record(): LogLine {
    return parsed(this.text);
  }

  /** Parsed once. */
  get head(): LineHead {
    this.known ??= headOf(this.record);
    return this.known;
  }
}

/** The log writes JSON; what is none would be a mistake of ours, and is told as text. */
function parsed(text: string): LogLine {
  try {
    return JSON.parse(text) as LogLine;
  } catch {
    return { message: text };
  }
}

function headOf(record: LogLine): LineHead {
  const [logger, event] = [read(record, 'logger'), read(record, 'event_name')];
  return {
    logger: typeof logger === 'string' ? keptText(logger, MAX_NAME) : '',
    event: typeof event === 'string' ? keptText(event, MAX_NAME) : undefined,
  };
}
