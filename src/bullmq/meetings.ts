/** What became of the members of a meeting: their operations are in another batch now, or they go on alone. */
export type MeetingOutcome = 'merged' | 'alone';

/** How long the first of a group waits for others, in milliseconds. */
const gatherMs = 10;

interface Member<T> {
  readonly item: T;
  readonly resolve: (outcome: MeetingOutcome) => void;
  readonly reject: (error: unknown) => void;
}

/** Brings together batches of the same kind that one process has taken at about the same time. */
export class Meetings<T> {
  readonly #groups = new Map<string, Member<T>[]>();
  readonly #merge: (items: readonly T[]) => Promise<MeetingOutcome>;

  /** @param merge - merges two or more. */
  constructor(merge: (items: readonly T[]) => Promise<MeetingOutcome>) {
    this.#merge = merge;
  }

  /** Waits for others with the same key. Rejects if the merge failed. */
  join(key: string, item: T): Promise<MeetingOutcome> {
    return new Promise((resolve, reject) => {
      const member = { item, resolve, reject };
      const group = this.#groups.get(key);
      if (group) return group.push(member);
      this.#groups.set(key, [member]);
      return setTimeout(() => void this.#close(key), gatherMs);
    });
  }

  async #close(key: string): Promise<void> {
    const group = this.#groups.get(key) as Member<T>[];
    this.#groups.delete(key);
    try {
      const outcome = group.length > 1 ? await this.#merge(group.map(({ item }) => item)) : 'alone';
      for (const { resolve } of group) resolve(outcome);
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }
}
