import 'dockview-react/dist/styles/dockview.css';
import './dock.css';
import { DockviewReact, type DockviewApi, type DockviewReadyEvent, type DockviewTheme, type IDockviewHeaderActionsProps, type IDockviewPanelHeaderProps, type IDockviewPanelProps } from 'dockview-react';
import { Maximize2, Minimize2 } from 'lucide-react';
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore, type FunctionComponent, type ReactNode } from 'react';
import { isFinal } from '../state/session-controller-live.ts';
import { useApp, useSession, useSettings } from '../widgets/app-context.tsx';
import { ErrorBoundary } from '../widgets/ErrorBoundary.tsx';
import { Keys } from '../widgets/Keys.tsx';
import { PanelVisible } from '../widgets/panel-visible.ts';
import { useRegisterCommands } from '../widgets/use-register-commands.ts';
import { AfterFirstPicture } from './AfterFirstPicture.tsx';
import { wantedSizes, type FixedSizes } from './fixed-sizes.ts';
import { applyFixedSizes, buildDefaultLayout, fixedSizes, rememberLayout, restoreLayout } from './layout.ts';
import { PANELS, panelSpec } from './panels.tsx';
import { StaleBanner } from './StaleBanner.tsx';
import { placeKept } from './place-kept.ts';
import { followWideViews, toggleWideView } from './wide-view.ts';

const THEME: DockviewTheme = { name: 'vmatlas', className: 'dock', gap: 0, dndOverlayMounting: 'absolute', dndPanelOverlay: 'group', dndTabIndicator: 'line', tabGroupIndicator: 'none' };
/** How often and how long a view may take to appear before its focus is given up. */
const FOCUS_TRIES = 20;
const FOCUS_AFTER_MS = 20;
/** A drag of a sash tells of every pixel. */
const SAVE_AFTER_MS = 300;

const components = Object.fromEntries(PANELS.map(({ id, title, component: View }): [string, FunctionComponent<IDockviewPanelProps>] => [id, ({ api }) => (
  <div className="slot" data-panel={id}>
    <ErrorBoundary what={`The view “${title}”`}><TellVisible api={api}>{id === 'map' ? <View /> : <AfterFirstPicture><View /></AfterFirstPicture>}</TellVisible></ErrorBoundary>
  </div>
)]));

function TellVisible({ api, children }: { readonly api: IDockviewPanelProps['api']; readonly children: ReactNode }) {
  const isVisible = useSyncExternalStore(
    useCallback((changed: () => void) => {
      const listening = api.onDidVisibilityChange(changed);
      return () => listening.dispose();
    }, [api]),
    () => api.isVisible,
  );
  return <PanelVisible value={isVisible}>{children}</PanelVisible>;
}

/** All views of an open session, docked as the user left them. */
export function Workbench() {
  const { settings } = useApp();
  const [api, setApi] = useState<DockviewApi>();
  const saving = useRef<ReturnType<typeof setTimeout>>(undefined);
  const final = useSession((view) => isFinal(view.session));

  const holder = useRef<HTMLDivElement>(null);
  /** Widths that the user wants; a small dock gives less. */
  const wanted = useRef<FixedSizes>(undefined);
  /** Sizes before a view took the whole window: hidden groups have none. */
  const usualSizes = useRef<FixedSizes>(undefined);
  const onReady = ({ api: ready }: DockviewReadyEvent): void => {
    const box = holder.current?.getBoundingClientRect();
    if (box !== undefined) ready.layout(box.width, box.height);
    wanted.current = restoreLayout(ready, settings.getState().layout) ?? buildDefaultLayout(ready);
    setApi(ready);
  };

  useEffect(() => {
    if (api === undefined) return undefined;
    const listening = api.onDidLayoutChange(() => {
      clearTimeout(saving.current);
      saving.current = setTimeout(() => {
        // A maximised group hides the others' sizes; the layout is saved when it is given back.
        if (!api.hasMaximizedGroup()) settings.setState({ layout: rememberLayout(api, wantedSizes(wanted.current, fixedSizes(api), api.width)) });
      }, SAVE_AFTER_MS);
    });
    const maximised = api.onDidMaximizedGroupChange(({ isMaximized }) => {
      if (isMaximized) return;
      // Views that stay in the document lie over their groups, and were put there while the groups were still closed: they must be placed once more.
      setTimeout(() => {
        if (api.hasMaximizedGroup()) return;
        api.layout(api.width, api.height, true);
        if (usualSizes.current !== undefined) applyFixedSizes(api, usualSizes.current);
      }, 0);
    });
    const stopFollowing = followWideViews(api, settings, () => {
      usualSizes.current = fixedSizes(api);
    });
    return () => {
      clearTimeout(saving.current);
      listening.dispose();
      maximised.dispose();
      stopFollowing();
    };
  }, [api, settings]);

  useEffect(() => {
    const element = holder.current;
    if (api === undefined || element === null) return undefined;
    const observer = new ResizeObserver(() => {
      const { clientWidth, clientHeight } = element;
      if (clientWidth === 0 || (clientWidth === api.width && clientHeight === api.height)) return;
      if (api.hasMaximizedGroup()) {
        api.layout(clientWidth, clientHeight);
        return;
      }
      // dockview gives every group its share of new room; ours goes to the centre.
      const sizes = wantedSizes(wanted.current, fixedSizes(api), api.width);
      wanted.current = sizes;
      api.layout(clientWidth, clientHeight);
      applyFixedSizes(api, sizes);
      placeKept(api);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [api]);

  useRegisterCommands(useMemo(() => [
    ...PANELS.map(({ id, title, key }) => ({
      id: `view.${id}`, title: `Show ${title}`, group: 'View', keys: key === undefined ? [] : [key], disabledBecause: () => undefined,
      // The terminal's key is also the way out of it.
      run: () => showPanel(api, id === 'console' && hasFocus(id) ? 'memory' : id),
    })),
    {
      id: 'view.wide', title: 'Give this view the whole window, or no longer', group: 'View', keys: ['Alt+Enter'],
      disabledBecause: () => (api?.activePanel === undefined ? 'no view is in front' : undefined),
      run: () => {
        if (api?.activePanel !== undefined) toggleWideView(settings, api.activePanel.id);
      },
    },
    {
      id: 'view.reset', title: 'Put all views back in their places', group: 'View', keys: [], disabledBecause: () => undefined,
      run: () => {
        if (api !== undefined) wanted.current = buildDefaultLayout(api);
      },
    },
  ], [api, settings]));

  return (
    <main className="workbench">
      {final ? <StaleBanner /> : null}
      <div ref={holder} className="dock-holder">
        <DockviewReact
          theme={THEME} components={components} defaultTabComponent={Tab} rightHeaderActionsComponent={HeaderActions} disableAutoResizing
          disableFloatingGroups getTabContextMenuItems={noTabMenu} onReady={onReady}
        />
      </div>
    </main>
  );
}

/** Gives the focus to what takes keys in a view, once it is there: a view that was hidden is made anew. */
function focusPanel(id: string, tries: number): void {
  const slot = document.querySelector(`[data-panel="${id}"]`);
  const target = slot?.querySelector<HTMLElement>('.xterm-helper-textarea, [data-autofocus], [role="application"]');
  if (target !== null && target !== undefined) target.focus();
  else if (tries > 0) setTimeout(() => focusPanel(id, tries - 1), FOCUS_AFTER_MS);
}

function hasFocus(id: string): boolean {
  const { activeElement } = document;
  return activeElement !== null && activeElement.closest(`[data-panel="${id}"]`) !== null;
}

const noTabMenu = (): [] => [];

function showPanel(api: DockviewApi | undefined, id: string): void {
  const panel = api?.getPanel(id);
  if (panel === undefined) return;
  panel.api.setActive();
  // Terminals and canvases take the focus; a view without one is at least in front.
  // Keys must not go on to the terminal they were pressed in while the other view is still being made.
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  focusPanel(id, FOCUS_TRIES);
}

/** A tab; alone in its group it is the panel's header, with the scope beside the title. */
function Tab({ api }: IDockviewPanelHeaderProps) {
  const [, renew] = useState(0);
  useEffect(() => {
    const again = (): void => renew((count) => count + 1);
    const subscriptions = [api.onDidActiveChange(again), api.onDidGroupChange(again), api.group.model.onDidAddPanel(again), api.group.model.onDidRemovePanel(again)];
    return () => {
      for (const subscription of subscriptions) subscription.dispose();
    };
  }, [api, api.group]);
  const spec = panelSpec(api.id);
  if (spec === undefined) return null;
  const alone = api.group.panels.length === 1 && spec.scope !== '';
  return (
    <div className={alone ? 'tab alone' : 'tab'} data-tab={api.id}>
      <span>{spec.title}</span>
      {alone ? <span className="f3">{spec.scope}</span> : null}
      {!alone && spec.key?.startsWith('Alt+') === true ? <kbd>{spec.key.slice(4)}</kbd> : null}
    </div>
  );
}

function HeaderActions({ activePanel, panels }: IDockviewHeaderActionsProps) {
  const spec = activePanel === undefined ? undefined : panelSpec(activePanel.id);
  if (spec === undefined) return null;
  const scope = panels.length > 1 ? spec.scope : '';
  const isCentre = spec.id === 'memory' || spec.id === 'stack' || spec.id === 'source' || spec.id === 'pages' || spec.id === 'sections';
  return (
    <div className="header-actions">
      {isCentre ? <span className="f3 small">Alt 1–8</span> : null}
      {isCentre ? <WideButton id={spec.id} title={spec.title} /> : null}
      {scope === '' ? null : <span className="f3">{scope}</span>}
      {spec.hint === undefined ? null : <span className="f3 small"><kbd>{spec.hint.key}</kbd> {spec.hint.words}</span>}
      {spec.key?.startsWith('Ctrl+') === true ? <Keys chord={spec.key} /> : null}
    </div>
  );
}

/** Shown beside the tabs: the whole window for this view, or its place beside the others. */
function WideButton({ id, title }: { readonly id: string; readonly title: string }) {
  const { settings } = useApp();
  const wide = useSettings((view) => view.wideViews.includes(id));
  const words = wide ? `Show ${title} beside the other views` : `Give ${title} the whole window`;
  return (
    <button type="button" className="btn icon s" aria-pressed={wide} title={`${words} (Alt Enter)`} aria-label={words} onClick={() => toggleWideView(settings, id)}>
      {wide ? <Minimize2 className="ico s" /> : <Maximize2 className="ico s" />}
    </button>
  );
}
