/**
 * Waits for something, but not for ever. By the clock of the system, and keeping the process alive: somebody waits who wants
 * to begin or to end.
 *
 * @param work - Is told when its time is over.
 * @returns What it comes to, or `late`.
 */
export async function inTime<Result, Late>(
  ms: number,
  work: (deadline: Promise<void>) => Promise<Result>,
  late: Late,
): Promise<Result | Late> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  try {
    return await Promise.race([work(deadline), deadline.then(() => late)]);
  } finally {
    clearTimeout(timer);
  }
}
