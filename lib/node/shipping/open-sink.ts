import { TelemetryError } from '../../core/errors';
import type { Level } from '../../core/level';
import { createRedactor } from '../../log/redaction/redactor';
import { safeLine } from '../alerts/safe-text';
import type { BatchRules } from '../delivery/batch-rules';
import { MIB } from '../delivery/delivery-settings';
import { openDelivery } from '../delivery/open-delivery';
import type { RowKind } from '../delivery/row';
import type { DeliveryWords } from '../delivery/words';
import { type ClientOptions, HttpClient } from './http/http-client';
import { HttpReceiver, type Reception, type WireFormat } from './http-receiver';
import type { ShippingSettings } from './options';
import type { ShippingSink, ShippingStats } from './shipping-sink';

/** Lines are shipped as they are: nothing is worked out while they are written. */
const LINES: RowKind = { mark: 'lines-', more: () => [], isMore: (more) => more.length === 0 };
const BATCH: Omit<BatchRules, 'gatherMs'> = { maxLines: 1000, maxBytes: MIB, isEager: true };
/** What is quoted of others. */
const MAX_REASON = 200;
const ALIVE_MS = 1000;

/** Folders of open sinks: what waits in one belongs to one receiver. */
const folders = new Set<string>();

/** Makes a sink and starts it. @throws {TelemetryError} `OPTION_INVALID`: another sink has the folder of its spool. */
export function openSink(where: string, settings: ShippingSettings, request: ClientOptions, wire: WireFormat): ShippingSink {
  const { name, clock, onWarning } = settings;
  const release = claim(where, settings.spool?.folder);
  const rules = { ...BATCH, gatherMs: settings.gatherMs };
  const receiver = new HttpReceiver({
    name: request.target.authority,
    client: new HttpClient(request),
    wire,
    compression: settings.compression,
    onRejected: (reception) => opened.complaints.say('SINK_LOST', 'rejected', rejection(receiver.name, reception)),
  });
  const opened = openDelivery({ receiver, kind: LINES, rules, words: wordsOf(name), settings, clock, warn: onWarning });
  const { delivery, recovered } = opened;

  async function end(): Promise<void> {
    await opened.stop();
    release();
  }
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closed ??= end();
    return closed;
  };
  const stats = (): ShippingStats => ({
    ...opened.stats(),
    requests: receiver.requests,
    sentBytes: receiver.sentBytes,
    recovered: recovered.read,
    recoveredWritten: recovered.stored,
    recoveredRefused: recovered.refused,
  });
  return Object.freeze<ShippingSink>({
    name,
    format: 'json',
    write: (line: string, level: Level) => delivery.push(line, level, undefined),
    stats,
    flush: () => alive(delivery.flush()),
    close,
    [Symbol.asyncDispose]: close,
  });
}

function claim(where: string, folder: string | undefined): () => void {
  if (folder === undefined) return () => undefined;
  if (folders.has(folder)) {
    const why = `${folder} is that of another sink that is open`;
    throw new TelemetryError('OPTION_INVALID', `${where}: spool: folder is not valid`, why, 'Give each sink a folder of its own');
  }
  folders.add(folder);
  return () => void folders.delete(folder);
}

const wordsOf = (name: string): DeliveryWords => ({
  subject: `Sink ${name}`,
  name,
  lines: 'lines',
  receiver: 'the receiver',
  line: () => 'a line',
  failed: 'SINK_FAILED',
  lost: 'SINK_LOST',
});

let redactor: ReturnType<typeof createRedactor> | undefined;

/** What a receiver says may quote what it was sent. */
function rejection(receiver: string, { rejected, reason }: Reception): string {
  redactor ??= createRedactor();
  const quoted = safeLine(redactor.text(reason.slice(0, 4 * MAX_REASON)), MAX_REASON);
  const what = rejected === 0 ? `${receiver} warns` : `${receiver} rejected ${rejected.toLocaleString('en')} lines`;
  return quoted === '' ? what : `${what}: ${quoted}`;
}

/** Somebody waits: the connections themselves keep no process alive. */
async function alive(work: Promise<void>): Promise<void> {
  const timer = setInterval(() => undefined, ALIVE_MS);
  try {
    await work;
  } finally {
    clearInterval(timer);
  }
}
