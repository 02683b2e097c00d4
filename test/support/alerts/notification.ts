import type { Alert } from '../../../lib/alerts/alert';
import type { AlertNotification } from '../../../lib/alerts/target';

/** An alert, firing. */
export const alertOf = (parts: Partial<Alert> = {}): Alert => ({
  id: '00112233aabbccdd',
  rule: 'llm_errors',
  group: 'opus',
  by: 'model',
  state: 'firing',
  severity: 'critical',
  value: 0.21,
  threshold: 0.2,
  summary: 'Errors of opus are at 21 %',
  condition: 'errorRate("llm.request") > 5% critical 20% for 1m by model',
  runbook: 'https://wiki.example.com/llm?page=1&part=2',
  since: Date.UTC(2026, 0, 2, 3, 4, 5),
  firedAt: Date.UTC(2026, 0, 2, 3, 5, 5),
  resolvedAt: undefined,
  isSilenced: false,
  details: { error: 'ERR-7K3M-Q9TD' },
  ...parts,
});

/** A notification of one alert that fires. */
export const notificationOf = (parts: Partial<AlertNotification> = {}): AlertNotification => ({
  id: 'ntf-0001',
  kind: 'firing',
  severity: 'critical',
  title: '[FIRING] llm_errors: opus',
  text: 'Errors of opus are at 21 %',
  alerts: [alertOf()],
  more: 0,
  key: 'llm_errors',
  time: Date.UTC(2026, 0, 2, 3, 5, 6),
  origin: { app: 'coder', environment: 'production', hostname: 'web-1' },
  ...parts,
});
