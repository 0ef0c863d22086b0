export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
}

export interface Cell {
  readonly text: string;
  /** Puts colour around the padded text, so that escape codes never count as width. */
  readonly paint?: (text: string) => string;
}

/** Aligned text, two spaces between columns. The last column is not padded: lines end where their text ends. */
export function formatTable(columns: readonly Column[], rows: readonly (readonly Cell[])[], paintTitle: (text: string) => string): string {
  const widths = columns.map((column, i) => rows.reduce((widest, row) => Math.max(widest, width(row[i]?.text ?? '')), width(column.title)));
  const line = (cells: readonly Cell[]): string => {
    const padded = cells.map((cell, i) => {
      const missing = ' '.repeat(Math.max(0, (widths[i] ?? 0) - width(cell.text)));
      const left = columns[i]?.align !== 'right';
      const text = left ? cell.text + (i === columns.length - 1 ? '' : missing) : missing + cell.text;
      return cell.paint ? cell.paint(text) : text;
    });
    return padded.join('  ').trimEnd();
  };
  return [line(columns.map(({ title }) => ({ text: title, paint: paintTitle }))), ...rows.map(line)].map((text) => `${text}\n`).join('');
}

/** Code points, which is the width on screen for all but East Asian and combining characters. A table of sixty thousand rows asks half a million times: plain text needs no splitting. */
function width(text: string): number {
  return /^[ -~]*$/.test(text) ? text.length : [...text].length;
}

/** Text from the target, such as a file name, must not reach the terminal as a command to it: control characters become `\x1b`. */
export function printable(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what this is about
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
