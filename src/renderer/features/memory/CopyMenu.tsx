import { useRef } from 'react';
import { formatSize } from '../../../shared/address/size.ts';
import { EXPORT_FORMATS, EXPORT_WORDS, exportText, loadBytes, type ExportFormat } from '../../../shared/analysis/bytes/export-bytes.ts';
import { Notices } from '../../state/notices.ts';
import { Menu } from '../../widgets/Menu.tsx';
import { useApp, useCursor } from '../../widgets/app-context.tsx';
import { bytesOf, copyAs } from './copy-bytes.ts';
import type { HexController } from './hex-controller.ts';

/** Copies or saves the selection in a format, and lays a file over memory. */
export function CopyMenu({ controller }: { readonly controller: HexController | undefined }) {
  const app = useApp();
  const file = useRef<HTMLInputElement>(null);
  const selection = useCursor((cursor) => cursor.selection);
  const notices = new Notices(app.session);

  const act = (run: () => Promise<void>): void => {
    run().catch((error: unknown) => notices.error(error));
  };
  const copy = (format: Exclude<ExportFormat, 'raw'>): void => void copyAs(app, controller?.chosenRange(), format);
  const save = (format: ExportFormat): void => act(async () => {
    const { bytes, start } = await bytesOf(app, controller?.chosenRange());
    const part = format === 'raw' ? bytes.slice() : exportText(bytes, format, start);
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([part]));
    link.download = `0x${start.toString(16)}-${bytes.length}.${EXPORT_WORDS[format].extension}`;
    link.click();
    URL.revokeObjectURL(link.href);
  });
  const load = (chosen: File): void => act(async () => {
    const start = controller?.chosenRange()?.start;
    if (controller === undefined || start === undefined) return;
    const { bytes, words } = loadBytes(new Uint8Array(await chosen.arrayBuffer()));
    await controller.edits.write(start, bytes, `${chosen.name}, ${words}`);
  });
  const size = selection === undefined ? '1 byte' : formatSize(selection.end - selection.start);
  return (
    <>
      <Menu label="Copy, export, load" className="btn bd s" button="Copy" title={`Copy or export ${size}, or load a file`}>
        {(close) => {
          const item = (text: string, hint: string, run: () => void) => (
            <button key={text} type="button" role="menuitem" onClick={() => { run(); close(); }}>
              <span className="grow">{text}</span>
              <span className="f3">{hint}</span>
            </button>
          );
          return (
            <>
              {EXPORT_FORMATS.map((format) => (format === 'raw' ? null : item(`Copy as ${EXPORT_WORDS[format].title}`, size, () => copy(format))))}
              {EXPORT_FORMATS.map((format) => item(`Save as ${EXPORT_WORDS[format].title}…`, `.${EXPORT_WORDS[format].extension}`, () => save(format)))}
              {item('Load a file over memory at the cursor…', 'raw or Intel HEX', () => file.current?.click())}
            </>
          );
        }}
      </Menu>
      <input
        ref={file} type="file" hidden aria-label="File to load over memory"
        onChange={(event) => {
          const [chosen] = event.target.files ?? [];
          if (chosen !== undefined) load(chosen);
          event.target.value = '';
        }}
      />
    </>
  );
}
