/**
 * Changes a page of the site so that a phone and a screen reader can use it: each cell of a table has the heading of its
 * column, since a narrow page shows the rows one below the other; and the heading of a section that folds contains no link.
 */
export function adaptPage(html: string): string {
  return html
    .replace(/<table>[^]*?<\/table>/g, labelled)
    .replace(/<summary\b[^]*?<\/summary>/g, (summary) => summary.replace(/<a\b[^>]*tsd-anchor-icon[^]*?<\/a>/g, ''));
}

function labelled(table: string): string {
  const headings = [...table.matchAll(/<th\b[^>]*>([^]*?)<\/th>/g)].map(([, text]) => textOf(text!));
  return table.replace(/<tr>([^]*?)<\/tr>/g, (_, row: string) => {
    let column = 0;
    // One child, since on a narrow page a cell is a grid of its heading and its content.
    const cells = row.replace(/<td\b([^>]*)>([^]*?)<\/td>/g, (_, attributes: string, content: string) => {
      return `<td data-label="${headings[column++] ?? ''}"${attributes}><div>${content}</div></td>`;
    });
    return `<tr>${cells}</tr>`;
  });
}

/** The text of an element, as an attribute can have it. */
function textOf(html: string): string {
  return html
    .replace(/<[^>]*>/g, '')
    .replace(/"/g, '&quot;')
    .trim();
}
