/**
 * Moves a due time to a grid as coarse as the tolerance allows, so that the polls of many operations align. Power-of-two
 * grids nest, so polls of different intervals align as well.
 */
export function alignDueMs(dueMs: number, toleranceMs: number): number {
  const gridMs = 2 ** Math.floor(Math.log2(toleranceMs));
  return Math.ceil(dueMs / gridMs) * gridMs || Infinity;
}
