import type fc from 'fast-check';

/** One thing that takes input from outside. */
export interface Target {
  readonly name: string;
  /** What it gets. */
  readonly input: fc.Arbitrary<unknown>;
  /** Uses the input as a program would. An error that it throws must be one that a caller may get. */
  run(input: never): unknown;
  /** Long inputs of a given length, for which it must not take more than linear time. */
  readonly long?: readonly ((length: number) => unknown)[];
}

/** A target, with the type of its input inferred. */
export function target<T>(
  name: string,
  input: fc.Arbitrary<T>,
  run: (input: T) => unknown,
  long?: readonly ((length: number) => T)[],
): Target {
  return { name, input, run, ...(long && { long }) };
}
