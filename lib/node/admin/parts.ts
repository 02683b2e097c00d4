import type { Alerts } from '../../alerts/api';
import type { TelemetryConfig } from '../../config/load';
import type { Clock } from '../../core/clock';
import type { HttpTracking } from '../../entries/http';
import type { Health } from '../../health/api';
import type { Telemetry } from '../../index';
import type { Metered } from '../../metrics/seam';
import type { SlowWatch } from '../../performance/slow-watch';
import type { Security } from '../../security/security';
import type { Monitor } from '../runtime/monitor';
import type { AdminsOfBus } from '../started-admins';
import type { ErrorStorage } from '../storage/error-storage';
import type { Audit } from './audit';
import type { MonitoringSettings } from './monitoring/options';

/** What the endpoints show and change: all of one bus. What an application does not have is `undefined`, and its endpoint says so. */
export interface AdminParts {
  readonly telemetry: Telemetry;
  readonly clock: Clock;
  /** Of `startTelemetry`; `undefined` for a bus that was not started. */
  readonly config: TelemetryConfig | undefined;
  readonly health: Health;
  readonly alerts: Alerts;
  readonly security: Security;
  readonly slow: SlowWatch | undefined;
  readonly storage: ErrorStorage | undefined;
  readonly monitor: Monitor | undefined;
  /** Request tracking of the bus, asked for at each request: it may begin later. */
  readonly tracking: () => HttpTracking | undefined;
  /** Log files by name of their stream, of the sinks' own lists. */
  readonly files: () => readonly LogFileEntry[];
  readonly audit: Audit;
  /** What `/metrics` writes. */
  readonly metrics: Metered;
  /** `/metrics` is for anybody; see `AdminOptions`. */
  readonly publicMetrics: boolean;
  /** Who is nobody still gets the status word of `/health`; see `AdminOptions`. */
  readonly publicHealth: boolean;
  /** `undefined`: the application wants no monitoring page, nor what belongs to it. */
  readonly monitoring: MonitoringSettings | undefined;
  /** Calls back once, when the API is closed: what it changed for a time is put back then. */
  readonly onClose: (listener: () => void) => void;
  /** Calls back when the application stops its telemetry, which may be before the API is closed. What it throws goes no further. */
  readonly onStop: (listener: () => void) => void;
  /** All admin APIs of the bus, as far as what started it has to know of them. */
  readonly admins: AdminsOfBus;
}

/** A log file that the library writes. */
export interface LogFileEntry {
  /** Its name for the API: the base name of the file. */
  readonly name: string;
  readonly stream: string;
  readonly path: string;
  /** Rotated files may be compressed. */
  readonly isCompressed: boolean;
}
