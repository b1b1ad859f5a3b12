export function drawChart(_: unknown): string {
  return '';
}
