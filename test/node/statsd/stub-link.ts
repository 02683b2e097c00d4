/** A way to a receiver that fails as a test wants it to. */

import { StatsdExporter } from '../../../lib/node/statsd/exporter';
import type { OpenLink } from '../../../lib/node/statsd/link';
import { type StatsdOptions, statsdSettings } from '../../../lib/node/statsd/options';
import { type FakeMetrics, fakeMetrics } from './fake-source';

/** What becomes of a datagram: `undefined` when it arrives, a code when it fails, `never` when nothing is heard of it. */
export type Fate = string | undefined;

export interface Stub extends FakeMetrics {
  readonly exporter: StatsdExporter;
  readonly arrived: string[];
  /** How often a link was opened and closed. */
  readonly links: { opened: number; closed: number };
  /** The most datagrams that were on their way at once. */
  mostInFlight(): number;
  /** The most that were sent without giving others a turn. */
  mostInTurn(): number;
  /** How many turns the system takes to answer; 1 unless set. */
  readonly answerAfter: { turns: number };
  /** Reports an error beside a send. @param link - Of which link, from 0; the last one unless given. */
  complain(code: string, link?: number): void;
  /** Sums of the counters that arrived, by the text before the colon. */
  sums(): Record<string, number>;
}

/**
 * @param fate - Asked for each datagram.
 * @param onOpen - Throws where a link can't be opened.
 */
export function stubbed(options: StatsdOptions, fate: (text: string) => Fate, onOpen: () => void = () => {}): Stub {
  const metrics = fakeMetrics();
  const arrived: string[] = [];
  const links = { opened: 0, closed: 0 };
  const answerAfter = { turns: 1 };
  let [inFlight, most, inTurn, mostInTurn] = [0, 0, 0, 0];
  const reports: ((code: string) => void)[] = [];
  const open: OpenLink = async (_host, _port, onError) => {
    onOpen();
    links.opened++;
    reports.push(onError);
    return {
      send(text, done) {
        most = Math.max(most, ++inFlight);
        if (inTurn === 0) setImmediate(() => (inTurn = 0));
        mostInTurn = Math.max(mostInTurn, ++inTurn);
        const code = fate(text);
        if (code === 'throws') throw Object.assign(new Error('thrown'), { code: 'ETHROWN' });
        if (code === 'never') return;
        if (code === undefined) arrived.push(text);
        const answer = (turns: number): void => {
          if (turns > 1) setImmediate(answer, turns - 1);
          else {
            inFlight--;
            done(code);
          }
        };
        setImmediate(answer, answerAfter.turns);
      },
      close: () => void links.closed++,
    };
  };
  const sums = (): Record<string, number> => {
    const sums: Record<string, number> = {};
    for (const line of arrived.flatMap((text) => text.split('\n'))) {
      const [name, value] = line.split(/[:|]/) as [string, string];
      sums[name] = (sums[name] ?? 0) + Number(value);
    }
    return sums;
  };
  const exporter = new StatsdExporter(metrics.source, statsdSettings(options), open);
  return {
    ...metrics,
    exporter,
    arrived,
    links,
    mostInFlight: () => most,
    mostInTurn: () => mostInTurn,
    answerAfter,
    complain: (code, link = -1) => reports.at(link)!(code),
    sums,
  };
}
