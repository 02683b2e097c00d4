import { contextFields } from '../../../../lib/core/context';
import { currentRequest } from '../../../../lib/entries/http';
import type { HttpOptions } from '../../../../lib/http/options';
import { type Gate, gate, type Recording, recording } from '../../../support/http/recording';
import type { AppSpec } from './driver';

/** The application of a case, and what it saw. */
export interface TestApp extends Recording {
  readonly spec: AppSpec;
  /** `GET /slow` and the rest of `GET /stream` wait for it. */
  readonly waits: Gate;
  /** Ids of requests as handlers saw them: of their scope, in the order they were seen. */
  readonly seen: { readonly where: string; readonly id: unknown }[];
}

/** What `chunks` sends, one after the other. */
export const CHUNKS: readonly string[] = ['first ', 'second ', 'thïrd'];

/** @param isHeld - `GET /stream` sends its first chunk and then waits. */
export function testApp(options: HttpOptions, isHeld: boolean = false): TestApp {
  const recorded = recording();
  const { telemetry } = recorded;
  const waits = gate();
  const seen: { where: string; id: unknown }[] = [];
  const log = telemetry.logger('shop');
  const note = (where: string): void => {
    seen.push({ where, id: contextFields()?.request_id });
    log.info(where);
  };
  const spec: AppSpec = {
    telemetry,
    options,
    async user(id) {
      await Promise.resolve();
      note(`user ${id}`);
      // Requests of one connection overlap, where a server lets them.
      await new Promise((resolve) => setTimeout(resolve, 5));
      return { id, request_id: currentRequest()?.id };
    },
    async *chunks() {
      for (const [index, chunk] of CHUNKS.entries()) {
        note(`chunk ${index}`);
        yield chunk;
        if (isHeld) await waits.passed;
        else await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
    fail() {
      throw new Error('no stock in /srv/secret');
    },
    async failAsync() {
      await new Promise((resolve) => setTimeout(resolve, 1));
      throw new Error('no stock in /srv/secret');
    },
    teapot() {
      throw Object.assign(new Error('short and stout'), { status: 418, statusCode: 418, expose: true });
    },
    text: () => 'hello, wörld',
    async slow() {
      note('slow');
      await waits.passed;
    },
    async log(read) {
      note('begin');
      await Promise.resolve();
      note('await');
      await new Promise<void>((resolve) => setTimeout(resolve, 1));
      note('timer');
      await read();
      note('body');
      return 'logged';
    },
    upgraded: () => note('upgraded'),
  };
  return { ...recorded, spec, waits, seen };
}
