// Compiled by `npm run types`, never run: what an admin API is made for, and what its options are.
import { expectTypeOf } from 'expect-type';
import type { AnyEvents } from '../../lib/index';
import { createTelemetry, defineEvent, defineEvents, type Telemetry } from '../../lib/index';
import { type Admin, type AdminServer, type AdminTarget, createAdmin, serveAdmin } from '../../lib/node/admin/index';
import { type StartedTelemetry, startTelemetry } from '../../lib/node/index';

const queue = defineEvents('queue', { jobs: { sample: defineEvent<{ size: number }, { name: string }>() } });
const typed = createTelemetry({ events: queue });
declare const anyBus: Telemetry<AnyEvents>;
declare const plainBus: Telemetry;
declare const started: StartedTelemetry<AnyEvents>;

// Every bus will do, and what was started for one.
expectTypeOf(createAdmin(typed)).toEqualTypeOf<Admin>();
expectTypeOf(createAdmin(createTelemetry())).toEqualTypeOf<Admin>();
expectTypeOf(serveAdmin(typed)).toEqualTypeOf<Promise<AdminServer>>();
createAdmin(anyBus);
createAdmin(plainBus);
createAdmin(started);
serveAdmin(anyBus);
serveAdmin(started);
const typedStart = startTelemetry({ events: queue });
createAdmin(await typedStart);
serveAdmin(await typedStart, { port: 0 });
createAdmin(await startTelemetry());

// Whoever writes a function of their own around it needs no cast either.
export function serveEither<Events>(target: AdminTarget<Events>): Promise<AdminServer> {
  return serveAdmin(target);
}
export const wrap = <Events>(bus: Telemetry<Events>): Admin => createAdmin(bus);
serveEither(typed);
serveEither(await typedStart);
const kept: AdminTarget<AnyEvents>[] = [anyBus, started];
createAdmin(kept[0]!);

// @ts-expect-error no bus
createAdmin({});
// @ts-expect-error there is no such scope
createAdmin(typed, { tokens: [{ name: 'a', token: 'x', scope: 'all' }] });
// @ts-expect-error a port is for a server
createAdmin(typed, { port: 1 });
