/**
 * `telemetry-bus/node/admin`: the admin API of a bus, as a handler to be mounted and as a server of its own.
 *
 * @module
 */

export type { PanelChart, PanelContent, PanelTable, PanelTile, Tone as PanelTone } from '../../dashboard/wire/panels';
export type { Ticket } from '../../dashboard/wire/session';
export type { TrustProxy } from '../../http/options';
export type { ServerTls } from '../server/hardened-server';
export { type Admin, type AdminRequestInfo, createAdmin } from './admin';
export type { AdminOptions, AdminToken } from './admin-options';
export type { AdminTarget } from './make-parts';
export type { MonitoringOptions } from './monitoring/options';
export { definePanel, type Panel } from './monitoring/panel';
export type { TicketOptions } from './monitoring/ticket-office';
export { type AdminServer, serveAdmin } from './serve';
export type { ServeAdminOptions } from './serve-options';
