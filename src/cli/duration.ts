const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/**
 * Parses a duration such as `90s`, `1h30m` or `500ms`, in milliseconds. A number without a unit is in seconds. Undefined if
 * the text is not a duration of at least a millisecond.
 */
export function parseDuration(text: string): number | undefined {
  if (/^\d+(?:\.\d+)?$/.test(text)) return positive(Number(text) * 1000);
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|min|[smhd])/g)];
  if (parts.map(([part]) => part).join('') !== text) return undefined;
  return positive(
    parts.reduce((sum, [, number, unit]) => sum + Number(number) * (unitMs[unit as string] as number), 0),
  );
}

function positive(ms: number): number | undefined {
  return ms >= 1 ? ms : undefined;
}

/** A duration with its two largest units: `12 s`, `3 min 05 s`, `2 h 40 min`, `3 d 04 h`. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [minutes, hours, days] = [seconds / 60, seconds / 3600, seconds / 86_400].map(Math.floor) as [
    number,
    number,
    number,
  ];
  const two = (value: number): string => String(value).padStart(2, '0');
  if (days > 0) return `${days} d ${two(hours % 24)} h`;
  if (hours > 0) return `${hours} h ${two(minutes % 60)} min`;
  if (minutes > 0) return `${minutes} min ${two(seconds % 60)} s`;
  return `${seconds} s`;
}
