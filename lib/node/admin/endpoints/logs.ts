import type { AdminParts } from '../parts';
import { redactedBy } from '../redacted';
import type { Route } from '../route';
import { errorLogRoutes } from './logs-errors';
import { performanceLogRoutes } from './logs-performance';
import { securityEventRoutes } from './security-events';

/** `/admin/logs/…`: what was logged, counted; requirement C12. */
export function logsRoutes(parts: AdminParts): readonly Route[] {
  const redacted = redactedBy(parts.telemetry);
  return [...errorLogRoutes(parts, redacted), ...performanceLogRoutes(parts, redacted), ...securityEventRoutes(parts, redacted)];
}
