/**
 * Rows as aligned text; numbers and figures to the right. The columns are the keys of all rows, in the order they first appear.
 * @param {Record<string, string | number>[]} rows
 * @returns {string}
 */
export function formatTable(rows) {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const lines = [columns, ...rows.map((row) => columns.map((column) => String(row[column] ?? '')))];
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => line[index]?.length ?? 0)));
  const rightAligned = columns.map((column) => rows.every((row) => /^$|^[\d<>≤≥~×.,\s-]+/.test(String(row[column] ?? ''))));
  /** @param {string[]} line */
  const format = (line) => line.map((cell, index) => (rightAligned[index] ? cell.padStart(widths[index] ?? 0) : cell.padEnd(widths[index] ?? 0))).join('   ').trimEnd();
  const [head = [], ...body] = lines;
  return [format(head), widths.map((width) => '─'.repeat(width)).join('───'), ...body.map(format)].join('\n');
}
