import { useState, useSyncExternalStore } from 'react';
import { formatAddress, type Address } from '../../../shared/address/address.ts';
import { parseHexBytes } from '../../../shared/analysis/typed/readings.ts';
import { Menu } from '../../widgets/Menu.tsx';
import { useCursor } from '../../widgets/app-context.tsx';
import type { EditController } from './edit-controller.ts';
import { hexByte } from './hex-ink.ts';

/** Undo, redo, the list of edits, and bytes or text written in one go. */
export function EditBar({ edits, onDone }: { readonly edits: EditController; readonly onDone: () => void }) {
  const { edits: list } = useSyncExternalStore(edits.subscribe, () => edits.state);
  const cursor = useCursor((state) => state.address);
  return (
    <div className="hex-edit" role="toolbar" aria-label="Edit mode">
      <b>Editing memory</b>
      <span className="f2 hex-edit-hint">type hex digits over the bytes, Esc ends</span>
      {cursor === undefined ? null : <WriteField key={`${cursor}`} start={cursor} edits={edits} />}
      <span className="grow" />
      <button type="button" className="btn bd s" disabled={list.done.length === 0} onClick={edits.undo} title="Ctrl Z in the bytes">Undo</button>
      <button type="button" className="btn bd s" disabled={list.undone.length === 0} onClick={edits.redo} title="Ctrl Y in the bytes">Redo</button>
      <Menu label="Edits of this session" className="btn bd s" button={`${list.done.length} edit${list.done.length === 1 ? '' : 's'}`} disabled={list.done.length === 0}>
        {(close) => (
          <>
            {list.done.toReversed().slice(0, 12).map((edit) => (
              <div key={edit.id} className="hex-edit-entry">
                <span className="mono">{formatAddress(edit.start)}</span> <span className="f2">{edit.label}</span>{' '}
                <span className="f3 mono">{[...edit.before].slice(0, 4).map(hexByte).join(' ')} → {[...edit.after].slice(0, 4).map(hexByte).join(' ')}</span>
              </div>
            ))}
            <button type="button" role="menuitem" onClick={() => { edits.undoAll(); close(); }}>Undo all</button>
          </>
        )}
      </Menu>
      <button type="button" className="btn bd s" onClick={onDone}>Done</button>
    </div>
  );
}

/** `2a 00 ff` writes bytes, `"text"` writes text without a NUL. */
function WriteField({ start, edits }: { readonly start: Address; readonly edits: EditController }) {
  const [text, setText] = useState('');
  const bytes = bytesTyped(text);
  return (
    <form
      className="row hex-write"
      onSubmit={(event) => {
        event.preventDefault();
        if (bytes === undefined) return;
        void edits.write(start, bytes, text.startsWith('"') ? text : `${bytes.length} bytes`);
        setText('');
      }}
    >
      <input
        className="mono" aria-label="Bytes or text to write at the cursor" placeholder={'2a 00 ff or "text"'} spellCheck={false} value={text} aria-invalid={text !== '' && bytes === undefined}
        onChange={(event) => setText(event.target.value)} onKeyDown={(event) => event.stopPropagation()}
      />
      <button type="submit" className="btn bd s" disabled={bytes === undefined}>Write</button>
    </form>
  );
}

function bytesTyped(text: string): Uint8Array | undefined {
  const quoted = /^"(.*?)"?$/s.exec(text)?.[1];
  if (quoted === undefined) return parseHexBytes(text);
  const plain = quoted.replaceAll(/\\(n|t|r|0|\\|")/g, (_, letter: string) => ({ n: '\n', t: '\t', r: '\r', 0: '\0' })[letter] ?? letter);
  return plain === '' ? undefined : new TextEncoder().encode(plain);
}

/** The question before a private copy is made. */
export function ConfirmWrite({ edits }: { readonly edits: EditController }) {
  const { pending } = useSyncExternalStore(edits.subscribe, () => edits.state);
  if (pending === undefined) return null;
  return (
    <div className="hex-confirm" role="alertdialog" aria-label="Write read-only memory?">
      <b>Write {pending.label}?</b>
      <span className="f2">{pending.words}</span>
      <span className="row">
        <button type="button" className="btn primary s" autoFocus onClick={() => void edits.answer(true)}>Write, and make a private copy of the page</button>
        <button type="button" className="btn bd s" onClick={() => void edits.answer(false)}>Leave it</button>
      </span>
    </div>
  );
}
