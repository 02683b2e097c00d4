const HUGE = 10n ** 1000n;

/** The digits of a bigint. Printing takes time that grows with the square of their number, so there is an end to it. */
export const digitsOf = (value: bigint): string => (value > HUGE || value < -HUGE ? '[BigInt]' : `${value}`);
