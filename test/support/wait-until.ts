/** Waits until a condition holds. Fails with what is seen when it does not hold in time. */
export async function waitUntil(
  condition: () => boolean | Promise<boolean>,
  { withinMs = 15_000, seen = (): unknown => '' }: { withinMs?: number; seen?: () => unknown } = {},
): Promise<void> {
  const endMs = Date.now() + withinMs;
  while (!(await condition())) {
    if (Date.now() > endMs) throw new Error(`not within ${withinMs} ms: ${JSON.stringify(await seen())}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
