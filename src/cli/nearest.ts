/**
 * A question about the word that was probably meant, such as `: did you mean 'wait'?`, to be added to a message. Empty if no
 * word is similar.
 */
export function didYouMean(given: string, words: readonly string[]): string {
  const nearest = nearestOf(given, words);
  return nearest === undefined ? '' : `: did you mean '${nearest}'?`;
}

/** The word whose beginning was given, or the most similar one if at most a third of the letters differ. */
function nearestOf(given: string, words: readonly string[]): string | undefined {
  const text = lettersOf(given.slice(0, 99));
  const longer = words.find((word) => text.length > 2 && lettersOf(word).startsWith(text));
  if (longer !== undefined) return longer;
  const differences = new Map(words.map((word) => [word, differencesOf(text, lettersOf(word))]));
  const [nearest, number] = [...differences].sort(([, a], [, b]) => a - b)[0] ?? [undefined, Infinity];
  return number <= Math.ceil(text.length / 3) ? nearest : undefined;
}

function lettersOf(word: string): string {
  return word.toLowerCase().replace(/^-+/, '');
}

/** How many letters must be inserted, deleted, replaced, or swapped with their neighbours to make one word from another. */
function differencesOf(from: string, to: string): number {
  let [beforeLast, last] = [[] as number[], Array.from({ length: to.length + 1 }, (_, index) => index)];
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = (last[j - 1] as number) + (from[i - 1] === to[j - 1] ? 0 : 1);
      const isSwap = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      const swapped = isSwap ? (beforeLast[j - 2] as number) + 1 : Infinity;
      row.push(Math.min(replaced, swapped, (last[j] as number) + 1, (row[j - 1] as number) + 1));
    }
    [beforeLast, last] = [last, row];
  }
  return last[to.length] as number;
}
