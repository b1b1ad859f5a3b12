// The chart of bench/detection.ts: requests against detection delay. One panel per duration, one mark per client. Both axes
// are logarithmic and scaled per panel. Further left and lower is better. A phone gets one column of panels.

/** The figures of one client at one duration. */
export interface Point {
  readonly client: string;
  readonly duration: string;
  readonly requests: number;
  readonly meanDelayMs: number;
}

const cell = { width: 300, height: 246 };
const plot = { left: 66, top: 30, width: 214, height: 180 };
/** The client that the others are compared to. */
const baseline = 'longrunning';

// The colours suit colour-blind readers; the shapes keep overlapping marks apart. The marks of longrunning are round.
const marks: readonly (readonly [colour: string, draw: (colour: string) => string])[] = [
  ['#0b3d91', (colour) => `<circle r="4.5" fill="${colour}"/>`],
  ['#5b8def', (colour) => `<circle r="4.5" fill="#fff" stroke="${colour}" stroke-width="2"/>`],
  ['#00796b', (colour) => `<circle r="3" fill="${colour}"/>${ring(colour, 6)}`],
  ['#d55e00', (colour) => outline(colour, 'M-6 -6 H6 V6 H-6 Z')],
  ['#b0408f', (colour) => outline(colour, 'M0 -7 L7 5 H-7 Z')],
  ['#a87400', (colour) => outline(colour, 'M-5 -5 L5 5 M-5 5 L5 -5')],
  ['#0b3d91', (colour) => `${ring(colour, 8)}<path d="M-3 0 H3 M0 -3 V3" stroke="${colour}" stroke-width="2"/>`],
  ['#555555', (colour) => label(colour, '2')],
  ['#555555', (colour) => label(colour, '5')],
  ['#555555', (colour) => label(colour, '10')],
  ['#0b3d91', (colour) => outline(colour, 'M0 -6 L6 0 L0 6 L-6 0 Z')],
  ['#00796b', (colour) => `<path d="M0 -6 L6 0 L0 6 L-6 0 Z" fill="${colour}"/>`],
  ['#000000', (colour) => outline(colour, 'M-7 0 H7 M0 -7 V7')],
];

const subtitle = ['up: mean delay in seconds', 'right: requests per operation', 'further left and lower is better'];

/** What the chart shows, in the order of the marks. */
const shown = [
  'longrunning',
  'longrunning, uncapped 10 %',
  'longrunning, with progress',
  'google-gax',
  '@azure/core-lro',
  '@smithy/util-waiter',
  'longrunning, server waits',
  'every 2 s',
  'every 5 s',
  'every 10 s',
  'longrunning, expects T',
  'longrunning, with history',
  'the limit',
];

/** Returns the chart as SVG, with so many panels side by side. */
export function drawChart(points: readonly Point[], columns: number): string {
  const clients = shown;
  points = points.filter(({ client }) => shown.includes(client));
  const durations = [...new Set(points.map(({ duration }) => duration))];
  const mark = (client: string): string => {
    const [colour, draw] = marks[clients.indexOf(client)]!;
    return draw(colour);
  };
  const panels = durations.map((duration) => panel(duration, ofDuration(points, duration), mark));
  // In one column, the reader needs the legend first.
  const contents = columns === 1 ? [legend(clients, mark), ...panels] : [...panels, legend(clients, mark)];
  const lines = captionOf('Detection delay and requests', subtitle, columns);
  const top = 26 + 18 * lines.length;
  const cells = contents.map((content, i) => {
    const [x, y] = [(i % columns) * cell.width, top + Math.floor(i / columns) * cell.height];
    return `<g transform="translate(${x} ${y})">\n${content}\n</g>`;
  });
  const [width, height] = [columns * cell.width, top + Math.ceil(cells.length / columns) * cell.height];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="12">
<title>Requests against detection delay</title>
<rect width="${width}" height="${height}" fill="#fff"/>
${lines.join('\n')}
${cells.join('\n')}
</svg>
`;
}

/** The heading of a chart and the lines below it: one below the other in one column, else in one line. */
export function captionOf(heading: string, subtitle: readonly string[], columns: number): string[] {
  const lines = columns === 1 ? subtitle : [subtitle.join('; ')];
  return [
    text(18, 26, heading, `font-size="${columns === 1 ? 14 : 16}" font-weight="600"`),
    ...lines.map((line, i) => text(18, 45 + 18 * i, line, 'fill="#555"')),
  ];
}

function secondsOf({ meanDelayMs }: Point): number {
  return meanDelayMs / 1000;
}

function ofDuration(points: readonly Point[], duration: string): readonly Point[] {
  return points.filter((point) => point.duration === duration);
}

function panel(duration: string, points: readonly Point[], mark: (client: string) => string): string {
  const { left, top, width, height } = plot;
  const [right, bottom] = [left + width, top + height];
  const requests = axis(points.map((point) => point.requests));
  const delay = axis(points.map(secondsOf));
  const x = (value: number): string => (left + requests.share(value) * width).toFixed(1);
  const y = (value: number): string => (bottom - delay.share(value) * height).toFixed(1);
  const reference = points.find(({ client }) => client === baseline);
  return [
    text(left, top - 9, duration, 'font-weight="600"'),
    reference &&
      `<path d="M${left} ${bottom} V${y(secondsOf(reference))} H${x(reference.requests)} V${bottom} Z" fill="#0b3d91" opacity="0.07"/>`,
    ...requests.ticks.map((tick) => {
      const line = `<path d="M${x(tick)} ${top} V${bottom}" stroke="#e5e5e5"/>`;
      return `${line}${text(x(tick), bottom + 16, tick.toLocaleString('en'), 'text-anchor="middle"')}`;
    }),
    ...delay.ticks.map((tick) => {
      const line = `<path d="M${left} ${y(tick)} H${right}" stroke="#e5e5e5"/>`;
      return `${line}${text(left - 6, Number(y(tick)) + 4, `${tick.toLocaleString('en', { maximumFractionDigits: 9 })} s`, 'text-anchor="end"')}`;
    }),
    `<path d="M${left} ${top} V${bottom} H${right}" fill="none" stroke="#666"/>`,
    ...points.map((point) => {
      const at = `${x(point.requests)} ${y(secondsOf(point))}`;
      return `<g transform="translate(${at})"><title>${point.client}</title>${mark(point.client)}</g>`;
    }),
  ].join('\n');
}

/** A logarithmic axis around the values: `share` is the position of a value, from 0 to 1; `ticks` are the grid lines. */
function axis(values: readonly number[]): { share(value: number): number; ticks: readonly number[] } {
  const low = Math.log10(Math.min(...values)) - 0.25;
  const high = Math.log10(Math.max(...values)) + 0.25;
  const decades = Array.from({ length: Math.floor(high) - Math.floor(low) + 1 }, (_, i) => Math.floor(low) + i);
  const steps = high - low < 2.2 ? [1, 3] : [1];
  const ticks = decades
    .flatMap((decade) => steps.map((step) => Number(`${step}e${decade}`)))
    .filter((tick) => Math.log10(tick) >= low && Math.log10(tick) <= high);
  return { share: (value) => (Math.log10(value) - low) / (high - low), ticks };
}

function legend(clients: readonly string[], mark: (client: string) => string): string {
  const lines = clients.map((client, i) => {
    const y = plot.top + 15 * i;
    return `<g transform="translate(30 ${y})">${mark(client)}</g>${text(48, y + 4, client)}`;
  });
  const y = plot.top + 15 * clients.length;
  return [
    ...lines,
    `<rect x="20" y="${y - 8}" width="20" height="16" fill="#0b3d91" opacity="0.12"/>`,
    text(48, y + 4, 'fewer requests and less delay'),
  ].join('\n');
}

function ring(colour: string, radius: number): string {
  return `<circle r="${radius}" fill="none" stroke="${colour}" stroke-width="1.5"/>`;
}

function label(colour: string, content: string): string {
  return `<rect x="-8" y="-7" width="16" height="14" fill="#fff" stroke="${colour}"/>${text(0, 4, content, 'text-anchor="middle"')}`;
}

function outline(colour: string, path: string): string {
  return `<path d="${path}" fill="none" stroke="${colour}" stroke-width="2"/>`;
}

/** A text of a chart, as SVG. */
export function text(x: number | string, y: number, content: string, attributes = ''): string {
  return `<text x="${x}" y="${y}"${attributes && ` ${attributes}`}>${content}</text>`;
}
