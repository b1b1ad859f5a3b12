// One picture: what a client pays in requests against how late it notices the end, a line per client through the
// durations. Both axes are logarithmic; lower and further left is better.

/** A client's figures at one duration. */
export interface Point {
  readonly client: string;
  readonly duration: string;
  readonly requests: number;
  readonly meanPercent: number;
}

const width = 860;
const height = 560;
const plot = { left: 70, right: 250, top: 56, bottom: 56 };
const requestsAxis = { low: 0.8, high: 30_000, ticks: [1, 10, 100, 1000, 10_000] };
const delayAxis = { low: 0.002, high: 100, ticks: [0.01, 0.1, 1, 10, 100] };
// Of a palette that the colour-blind can tell apart; ours are the dark ones.
const colours = ['#0b3d91', '#5b8def', '#00796b', '#d55e00', '#cc79a7', '#e69f00', '#7b3fa0'];
const dashes = ['', '6 3', '2 3', '', '', '', '6 3'];

/** The picture as an SVG text. */
export function drawChart(points: readonly Point[]): string {
  const clients = [...new Set(points.map(({ client }) => client))];
  const lines = clients.map((client, i) =>
    drawClient(
      client,
      i,
      points.filter((point) => point.client === client),
    ),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="12">
<title>Requests against detection delay</title>
<rect width="${width}" height="${height}" fill="#fff"/>
${text(plot.left, 24, 'Requests and mean detection delay, by the duration of the operation', 'font-size="15" font-weight="600"')}
${text(plot.left, 42, 'each point one duration, 2 s to 10 h; further left and lower is better', 'fill="#666"')}
${axes()}
${lines.join('\n')}
</svg>
`;
}

function drawClient(client: string, index: number, points: readonly Point[]): string {
  const stroke = colours[index % colours.length]!;
  const dash = dashes[index % dashes.length]!;
  const at = points.map(({ requests, meanPercent }) => [x(requests), y(meanPercent)] as const);
  const path = at.map(([px, py], i) => `${i === 0 ? 'M' : 'L'}${px.toFixed(1)} ${py.toFixed(1)}`).join(' ');
  const dots = at.map(([px, py]) => `<circle cx="${px.toFixed(1)}" cy="${py.toFixed(1)}" r="3.2" fill="${stroke}"/>`);
  const labels = client === 'longrunning' || client === 'google-gax' ? labelled(points, at, stroke) : [];
  const legendY = plot.top + 14 + index * 22;
  const legendX = width - plot.right + 24;
  return [
    `<path d="${path}" fill="none" stroke="${stroke}" stroke-width="2" stroke-dasharray="${dash}"/>`,
    ...dots,
    ...labels,
    `<path d="M${legendX} ${legendY} h26" stroke="${stroke}" stroke-width="2" stroke-dasharray="${dash}"/>`,
    text(legendX + 34, legendY + 4, client),
  ].join('\n');
}

function labelled(points: readonly Point[], at: readonly (readonly [number, number])[], fill: string): string[] {
  const below = points[0]!.client === 'longrunning';
  return points.map(({ duration }, i) => {
    const [px, py] = at[i]!;
    return text(px + (below ? -6 : 7), py + (below ? 16 : -7), duration, `fill="${fill}" font-size="11"`, below);
  });
}

function axes(): string {
  const bottom = height - plot.bottom;
  const right = width - plot.right;
  const vertical = requestsAxis.ticks.map((tick) => {
    const px = x(tick).toFixed(1);
    return `<path d="M${px} ${plot.top} V${bottom}" stroke="#e5e5e5"/>${centred(px, bottom + 18, tick.toLocaleString('en'))}`;
  });
  const horizontal = delayAxis.ticks.map((tick) => {
    const py = y(tick).toFixed(1);
    return `<path d="M${plot.left} ${py} H${right}" stroke="#e5e5e5"/>${text(plot.left - 8, Number(py) + 4, `${tick} %`, '', true)}`;
  });
  const middle = (plot.top + bottom) / 2;
  return [
    ...vertical,
    ...horizontal,
    `<path d="M${plot.left} ${plot.top} V${bottom} H${right}" fill="none" stroke="#666"/>`,
    centred((plot.left + right) / 2, bottom + 40, 'requests per operation'),
    `<text transform="translate(18 ${middle}) rotate(-90)" text-anchor="middle">mean delay, % of the duration</text>`,
  ].join('\n');
}

function x(requests: number): number {
  return plot.left + scale(requests, requestsAxis) * (width - plot.left - plot.right);
}

function y(percent: number): number {
  return height - plot.bottom - scale(percent, delayAxis) * (height - plot.top - plot.bottom);
}

function scale(value: number, { low, high }: { low: number; high: number }): number {
  const share = Math.log(value / low) / Math.log(high / low);
  return Math.min(Math.max(share, 0), 1);
}

function centred(px: number | string, py: number, content: string): string {
  return `<text x="${px}" y="${py}" text-anchor="middle">${content}</text>`;
}

function text(px: number, py: number, content: string, attributes = '', atEnd = false): string {
  const anchor = atEnd ? ' text-anchor="end"' : '';
  return `<text x="${px.toFixed(1)}" y="${py.toFixed(1)}"${anchor} ${attributes}>${content}</text>`;
}
