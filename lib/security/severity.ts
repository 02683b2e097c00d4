/** How grave a security event is. In the log: info, warn, error, critical. */
export type SecuritySeverity = 'low' | 'medium' | 'high' | 'critical';

const SEVERITIES: readonly unknown[] = ['low', 'medium', 'high', 'critical'];

export const isSeverity = (value: unknown): value is SecuritySeverity => SEVERITIES.includes(value);
