// The operations of the soak over a wire: all that is known of one follows from its index.

export const typeUrl = 'type.googleapis.com/test.Result';

const parent = 'projects/p/locations/l/operations/';

export function nameOf(index: number): string {
  return `${parent}${index}`;
}

export function indexOf(name: string): number {
  return Number(name.slice(parent.length));
}

/** What an operation ends with: one in ten fails. */
export function resultOf(index: number): 'response' | 'error' {
  return index % 10 === 9 ? 'error' : 'response';
}

/** From 0.2 to 1.8 s. */
export function durationMs(index: number): number {
  return 200 + ((index * 7919) % 1601);
}

/** How a wait has ended, in one word for each outcome that the service has. */
export function endingOf(index: number): string {
  return `${resultOf(index)} ${index}`;
}
