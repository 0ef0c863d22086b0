import { useState } from 'react';
import { formatAddress } from '../../../shared/address/address.ts';
import type { MemoryTab, TabsState } from './memory-tabs.ts';

interface Props {
  readonly state: TabsState;
  readonly onSelect: (id: number) => void;
  readonly onClose: (id: number) => void;
  readonly onLock: (id: number, lock: string | undefined) => void;
}

/** The views of memory, each with the expression it is locked to. Shown once there is more than one, or one is locked. */
export function MemoryTabs({ state, onSelect, onClose, onLock }: Props) {
  if (state.tabs.length === 1 && state.tabs[0]?.lock === undefined) return null;
  return (
    <div className="hex-tabs" role="tablist" aria-label="Memory views">
      {state.tabs.map((tab) => (
        <span key={tab.id} className={tab.id === state.active ? 'hex-tab on' : 'hex-tab'}>
          <button type="button" role="tab" aria-selected={tab.id === state.active} onClick={() => onSelect(tab.id)} title={tab.problem ?? (tab.at === undefined ? '' : formatAddress(tab.at))}>
            {titleOf(tab)}
          </button>
          {tab.id === state.active ? <LockField key={`${tab.id} ${tab.lock ?? ''}`} tab={tab} onLock={(lock) => onLock(tab.id, lock)} /> : null}
          {state.tabs.length > 1 ? (
            <button type="button" className="f3" aria-label={`Close ${titleOf(tab)}`} onClick={() => onClose(tab.id)}>
              ×
            </button>
          ) : null}
        </span>
      ))}
    </div>
  );
}

function titleOf(tab: MemoryTab): string {
  return tab.lock ?? `Memory ${tab.id}`;
}

/** Enter locks the view to what is typed; nothing typed lets it follow the cursor again. */
function LockField({ tab, onLock }: { readonly tab: MemoryTab; readonly onLock: (lock: string | undefined) => void }) {
  const [text, setText] = useState(tab.lock ?? '');
  const commit = (): void => {
    const wanted = text.trim() === '' ? undefined : text.trim();
    if (wanted !== tab.lock) onLock(wanted);
  };
  return (
    <>
      <input
        className="mono" aria-label="Expression this view follows" placeholder="follow $rsp, &buf …" spellCheck={false} value={text} size={Math.max(14, text.length)}
        onChange={(event) => setText(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === 'Enter') commit();
          if (event.key === 'Escape') setText(tab.lock ?? '');
          event.stopPropagation();
        }}
      />
      {tab.problem === undefined ? null : <span className="hex-problem ellipsis" title={tab.problem}>{tab.problem}</span>}
    </>
  );
}
