/** How often what is shown is asked for, in s. */
export const RATES = [1, 2, 5, 15, 30, 60] as const;

/** Reads the parameter `every` of the address: a rate, or `paused` as 0. What it does not know is the default, a second. */
export const everyOf = (param: string | undefined): number =>
  param === 'paused' ? 0 : (RATES.find((rate) => String(rate) === param) ?? 1);

/** Writes it; empty for the default. */
export const everyText = (every: number): string => (every === 0 ? 'paused' : every === 1 ? '' : String(every));
