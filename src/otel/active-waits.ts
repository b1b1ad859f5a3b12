import { trace, type Link } from '@opentelemetry/api';
import type { WaitSpan } from './wait-span.js';

/** The maximum number of links of a span, as the limit of the SDK. */
const maxLinks = 128;

/** The waits that go on, by the names of their operations. */
export class ActiveWaits {
  readonly #byName = new Map<string, Set<WaitSpan>>();

  add(name: string, wait: WaitSpan): void {
    const waits = this.#byName.get(name) ?? new Set();
    this.#byName.set(name, waits.add(wait));
  }

  delete(name: string, wait: WaitSpan): void {
    const waits = this.#byName.get(name);
    waits?.delete(wait);
    if (waits?.size === 0) this.#byName.delete(name);
  }

  /** The waits for an operation: all of them share its requests. The first one is the parent of their spans. */
  of(name: string): readonly WaitSpan[] {
    return [...(this.#byName.get(name) ?? [])];
  }

  /** Some waits for operations of a collection, or of its parent, whose list they share: the first one, and links to others. */
  under(collection: string): { readonly first: WaitSpan | undefined; readonly links: Link[] } {
    const prefix = collection === '' ? '' : `${collection}/`;
    const links: Link[] = [];
    let first: WaitSpan | undefined;
    for (const [name, waits] of this.#byName) {
      if (!name.startsWith(prefix)) continue;
      for (const wait of waits) {
        if (first) links.push(...linkTo(wait));
        first ??= wait;
        if (links.length >= maxLinks) return { first, links };
      }
    }
    return { first, links };
  }
}

function linkTo(wait: WaitSpan): Link[] {
  const spanContext = trace.getSpanContext(wait.context);
  return spanContext ? [{ context: spanContext }] : [];
}
