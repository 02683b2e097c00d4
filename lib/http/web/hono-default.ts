const TEXT = 'Internal Server Error';
const TYPE = 'text/plain; charset=utf-8';

/**
 * Whether an answer is what Hono says itself of an error. Its context doesn't tell whether the application has an `onError`, so the
 * answer has to: its status, its type, and its text, which is read only where all else agrees.
 */
export async function isHonoDefault(response: Response): Promise<boolean> {
  const { status, headers } = response;
  if (status !== 500 || headers.get('content-type')?.toLowerCase() !== TYPE || headers.has('transfer-encoding')) return false;
  try {
    return (await response.clone().text()) === TEXT;
  } catch {
    return false;
  }
}
