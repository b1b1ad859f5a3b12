// The chart of bench/many.ts: how the cost of waiting grows with the number of operations. Both axes are logarithmic;
// lower is better. A phone gets the panels one below the other.
import { captionOf, text } from './chart.js';

/** The figures of one row. */
export interface Growth {
  readonly client: string;
  readonly count: number;
  readonly requests: number;
  readonly cpuSeconds: number;
  readonly peakRssMb: number;
}

const cell = { width: 312, height: 250, left: 76, top: 30, plotWidth: 210, plotHeight: 190 };
const bottom = cell.top + cell.plotHeight;
// These colours suit colour-blind readers.
const colours: Readonly<Record<string, string>> = {
  longrunning: '#0b3d91',
  'longrunning, coalesced': '#00796b',
  'google-gax': '#d55e00',
};
const panels = [
  { title: 'requests', of: (row: Growth) => row.requests },
  { title: 'CPU, s', of: (row: Growth) => row.cpuSeconds },
  { title: 'peak RSS, MB', of: (row: Growth) => row.peakRssMb },
];

const subtitle = ['right: operations under one parent', 'both axes are logarithmic', 'lower is better'];

/** Returns the chart as SVG, with so many panels side by side. */
export function drawGrowth(rows: readonly Growth[], columns: number): string {
  const lines = captionOf('Waiting for 1 to 10,000 operations', subtitle, columns);
  const top = 26 + 18 * lines.length;
  const drawn = panels.map((panel, i) => {
    const [x, y] = [(i % columns) * cell.width, top + Math.floor(i / columns) * cell.height];
    return `<g transform="translate(${x} ${y})">\n${drawPanel(panel, rows)}\n</g>`;
  });
  const bottomOfPanels = top + Math.ceil(panels.length / columns) * cell.height;
  const legend = Object.entries(colours).map(([client, colour], i) => {
    const [x, y] = [cell.left + (i % columns) * 200, bottomOfPanels + 20 * Math.floor(i / columns) + 10];
    return `<g transform="translate(${x} ${y})"><circle r="4.5" fill="${colour}"/>${text(10, 4, client)}</g>`;
  });
  const height = bottomOfPanels + 20 * Math.ceil(legend.length / columns) + 10;
  const width = columns * cell.width;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="12">
<title>What it costs to wait for many operations</title>
<rect width="${width}" height="${height}" fill="#fff"/>
${[...lines, ...drawn, ...legend].join('\n')}
</svg>
`;
}

function drawPanel({ title, of }: (typeof panels)[number], rows: readonly Growth[]): string {
  const values = rows.map(of);
  const lowest = Math.floor(Math.log10(Math.min(...values)));
  const highest = Math.ceil(Math.log10(Math.max(...values)));
  const maxExponent = Math.log10(Math.max(...rows.map(({ count }) => count), 10));
  const x = (count: number): string => (cell.left + (Math.log10(count) / maxExponent) * cell.plotWidth).toFixed(1);
  const y = (value: number): string =>
    (bottom - ((Math.log10(value) - lowest) / (highest - lowest)) * cell.plotHeight).toFixed(1);
  const counts = [...new Set(rows.map(({ count }) => count))];
  const ticks = Array.from({ length: highest - lowest + 1 }, (_, i) => 10 ** (lowest + i));
  return [
    text(cell.left, cell.top - 12, title, 'font-weight="600"'),
    ...ticks.map((tick) => {
      const line = `<path d="M${cell.left} ${y(tick)} h${cell.plotWidth}" stroke="#e5e5e5"/>`;
      const label = tick.toLocaleString('en', { maximumFractionDigits: 3 });
      return line + text(cell.left - 6, Number(y(tick)) + 4, label, 'text-anchor="end"');
    }),
    ...counts.map((count) => text(x(count), bottom + 18, count.toLocaleString('en'), 'text-anchor="middle"')),
    ...Object.entries(colours).map(([client, colour]) => {
      const points = rows.filter((row) => row.client === client).map((row) => [x(row.count), y(of(row))] as const);
      const dots = points.map(([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="4" fill="${colour}"/>`).join('');
      const path = `M${points.map((point) => point.join(' ')).join('L')}`;
      return `<path d="${path}" fill="none" stroke="${colour}" stroke-width="2"/>${dots}`;
    }),
  ].join('\n');
}
