import { Lock } from 'lucide-react';
import { memo } from 'react';
import { formatSize } from '../../../shared/address/size.ts';
import type { ProcessSummary } from '../../../shared/model/process.ts';

export const ROW_HEIGHT_PX = 26;

interface Props {
  readonly process: ProcessSummary;
  readonly top: number;
  readonly marked: boolean;
  readonly onMark: () => void;
  readonly onOpen: () => void;
}

/** One process. Drawn again only when something shown of it changed: the list is read every two seconds. */
export const ProcessRow = memo(function ProcessRow({ process, top, marked, onMark, onOpen }: Props) {
  const { pid, name, user, command, residentBytes, cannotOpen, cannotAttach } = process;
  const reason = cannotOpen ?? cannotAttach;
  return (
    <div
      id={`process-${pid}`} role="option" aria-selected={marked} aria-disabled={cannotOpen !== undefined} className={`process${marked ? ' on' : ''}${cannotOpen === undefined ? '' : ' closed'}`}
      style={{ transform: `translateY(${top}px)`, height: ROW_HEIGHT_PX }} title={reason === undefined ? command : `${reason.message}\n${command}`} tabIndex={-1}
      onClick={onMark} onDoubleClick={onOpen}
    >
      <span className="c-pid mono">{pid}</span>
      <span className="c-name ellipsis">{name}</span>
      <span className="c-user f2 ellipsis">{user}</span>
      <span className="c-mem mono f2">{residentBytes === 0n ? '' : formatSize(residentBytes)}</span>
      <span className="c-command mono f2 ellipsis">{command}</span>
      {reason === undefined ? null : <span className={cannotOpen === undefined ? 'why f3' : 'why warn'}><Lock className="ico xs" aria-hidden="true" /><span className="ellipsis">{cannotOpen === undefined ? 'look only' : reason.message}</span></span>}
    </div>
  );
}, (a, b) => a.top === b.top && a.marked === b.marked && sameProcess(a.process, b.process));

function sameProcess(a: ProcessSummary, b: ProcessSummary): boolean {
  return a === b || (a.pid === b.pid && a.name === b.name && a.user === b.user && a.command === b.command && a.residentBytes === b.residentBytes
    && a.cannotOpen?.message === b.cannotOpen?.message && a.cannotAttach?.message === b.cannotAttach?.message);
}
