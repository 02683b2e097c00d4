/** The value of a sample. */
export const numberText = (value: number): string =>
  value === Number.POSITIVE_INFINITY ? '+Inf' : value === Number.NEGATIVE_INFINITY ? '-Inf' : `${value}`;

/** Milliseconds since the epoch, in seconds. */
export const secondsText = (ms: number): string => `${ms / 1000}`;

/**
 * The value of `le` and `quantile`. It is part of the name of a series, so there is one spelling for both formats, the
 * canonical one of OpenMetrics: `1.0`, `0.005`, `1e+06`. Prometheus 3 stores this spelling whatever it was given;
 * earlier ones would take `1` and `1.0` for two series when they change from one format to the other.
 */
export function boundText(value: number): string {
  if (!Number.isFinite(value)) return numberText(value);
  const [digits, exponent] = value.toExponential().split('e');
  const power = Number(exponent);
  if (power < -4 || power > 5) return `${digits}e${power < 0 ? '-' : '+'}${`${Math.abs(power)}`.padStart(2, '0')}`;
  return Number.isInteger(value) ? `${value}.0` : `${value}`;
}
