import { Search } from 'lucide-react';
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { formatAddress } from '../../shared/address/address.ts';
import { chosenText, closed, moved, NO_COMPLETIONS, offered, typed, type CompletionList } from '../state/completion-list.ts';
import { useApp, useSession } from '../widgets/app-context.tsx';
import { Keys } from '../widgets/Keys.tsx';
import { useRegisterCommands } from '../widgets/use-register-commands.ts';

const OFFERED = 12;
/** A pause in typing this long asks the host; shorter ones would only be overtaken. */
const ASK_AFTER_MS = 70;

/** Go to an address, symbol, register, module+offset, [region] or expression, with completion. */
export function AddressBar() {
  const { clients, controller, commands } = useApp();
  const sessionId = useSession((view) => view.session?.sessionId);
  const busy = useSession((view) => view.busy.has('goToText'));
  const [list, setList] = useState<CompletionList>(NO_COMPLETIONS);
  const input = useRef<HTMLInputElement>(null);
  const id = useId();

  useRegisterCommands(useMemo(() => [{
    id: 'nav.address', title: 'Go to address, symbol or register', group: 'Go', keys: ['Ctrl+G'], disabledBecause: () => undefined,
    run: () => {
      input.current?.focus();
      input.current?.select();
    },
  }], []));

  const { text } = list;
  useEffect(() => {
    if (sessionId === undefined || text.trim() === '') return undefined;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      clients.locate.complete({ sessionId, text, limit: OFFERED }, { signal: abort.signal }).then(
        (items) => setList((now) => offered(now, text, items)),
        // Completion is a help, not an answer: Enter asks properly and reports what is wrong.
        () => setList((now) => offered(now, text, [])),
      );
    }, ASK_AFTER_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [clients, sessionId, text]);

  const go = async (wanted: string): Promise<void> => {
    if (wanted === '') return;
    setList(closed);
    if (await controller.goToText(wanted, 'address-bar')) {
      setList(NO_COMPLETIONS);
      input.current?.blur();
    }
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown') setList((now) => moved(now, 1));
    else if (event.key === 'ArrowUp') setList((now) => moved(now, -1));
    else if (event.key === 'Enter') void go(chosenText(list));
    else if (event.key === 'Tab' && list.open && list.items.length > 0) {
      const item = list.items[Math.max(list.active, 0)];
      if (item !== undefined) setList((now) => typed(now, item.text));
    } else if (event.key === 'Escape') {
      if (list.open && list.items.length > 0) setList(closed);
      else {
        setList(NO_COMPLETIONS);
        input.current?.blur();
      }
    } else return;
    event.preventDefault();
  };

  const shown = list.open && list.items.length > 0;
  const goKey = commands.get('nav.address')?.keys[0] ?? 'Ctrl+G';
  return (
    <div className="addr-holder" role="search">
      <label className="addr">
        <Search className="ico s" aria-hidden="true" />
        <input
          ref={input} className="mono" role="combobox" aria-label="Go to address, symbol or register" aria-expanded={shown} aria-controls={id} aria-autocomplete="list"
          aria-activedescendant={shown && list.active >= 0 ? `${id}-${list.active}` : undefined} aria-keyshortcuts="Control+G"
          placeholder="Go to symbol, register or 0x…" spellCheck={false} autoComplete="off" value={list.text} readOnly={busy}
          onChange={(event) => setList((now) => typed(now, event.target.value))}
          onKeyDown={onKeyDown}
          onBlur={() => setList(closed)}
        />
        <Keys chord={goKey} />
      </label>
      {shown ? (
        <div id={id} className="menu drop addr-list" role="listbox" aria-label="Completions">
          {list.items.map((item, index) => (
            <div
              key={`${item.how} ${item.text}`} id={`${id}-${index}`} role="option" aria-selected={index === list.active} className={index === list.active ? 'active' : ''} tabIndex={-1}
              // Before the input loses the focus, which would close the list.
              onPointerDown={(event) => {
                event.preventDefault();
                void go(item.text);
              }}
            >
              <span className="mono ellipsis grow">{item.text}</span>
              <span className="f3 small ellipsis">{item.detail}</span>
              {item.address === undefined ? null : <span className="f2 mono small">{formatAddress(item.address)}</span>}
            </div>
          ))}
        </div>
      ) : null}
    </div>
  );
}
