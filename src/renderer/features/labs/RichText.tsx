import type { LabBlock } from '../../../shared/model/lab.ts';
import { richText } from './lab-words.ts';

/** A sentence with code in it. */
export function RichText({ text }: { readonly text: string }) {
  return richText(text).map((part, i) => (part.isCode ? <code key={i}>{part.text}</code> : part.text));
}

/** Narrower, and a column of a table holds a word a line. */
const COLUMN_PX = 104;

/** Text, code or a table of a lab's introduction. */
export function Block({ block }: { readonly block: LabBlock }) {
  switch (block.kind) {
    case 'text':
      return <p className="selectable"><RichText text={block.text} /></p>;
    case 'code':
      return (
        <figure className="lab-figure">
          <pre className="selectable">{block.text}</pre>
          {block.caption === undefined ? null : <figcaption className="f3"><RichText text={block.caption} /></figcaption>}
        </figure>
      );
    case 'table':
      return (
        <div className="lab-table-holder">
          <table className="lab-table selectable" style={{ minWidth: block.head.length * COLUMN_PX }}>
            <thead><tr>{block.head.map((cell) => <th key={cell} scope="col"><RichText text={cell} /></th>)}</tr></thead>
            <tbody>{block.rows.map((row) => <tr key={row.join(' ')}>{row.map((cell, i) => <td key={i}><RichText text={cell} /></td>)}</tr>)}</tbody>
          </table>
        </div>
      );
  }
}
